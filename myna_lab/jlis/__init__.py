"""J-LIS: the national books, the office that decides, and what is published of them."""
