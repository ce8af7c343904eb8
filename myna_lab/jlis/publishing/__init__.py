"""What J-LIS publishes, when and where: OCSP answers and lists, each the books at an instant of its own."""
