"""Make the published pool of TEST keys: python tools/make_key_pool.py [COUNT]

Writes myna_lab/keys/rsa2048.der, one RSA-2048 key after the other as PKCS #8 DER. The result is random, is published
with the package and must never be used for anything real.
"""

import sys
from pathlib import Path

from tqdm import tqdm

from myna_lab.keys import new_rsa_key, to_der

TARGET = Path(__file__).resolve().parent.parent / "myna_lab" / "keys" / "rsa2048.der"


def main(count: int = 512) -> None:
    TARGET.write_bytes(b"".join(to_der(new_rsa_key()) for _ in tqdm(range(count), unit="key")))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
