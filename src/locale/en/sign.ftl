# Signing and confirming.
