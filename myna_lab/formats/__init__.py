"""How bytes are written: ISO 7816 commands, the certificates of JPKI, the attribute record of ISO 18013-5."""
