"""A shop on this machine: a verifier's page, and end points for other people's verifiers and wallets.

door          the open door: whose lab, which clock, which further roots
desk          questions that wait for their answer, and the wallets of the lab that answer
addresses     who may ask what where
json_api      for programs
page, shown   for people
"""

from myna_lab.serve.shop.door import ShopDoor, shop

__all__ = ["ShopDoor", "shop"]
