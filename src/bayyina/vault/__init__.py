"""The vault: evidence bytes, encrypted one by one, in a store that learns nothing from them.

``item_keys`` derives what an item's record key gives: the address of its bytes and the key
that wraps their content key. ``blob_format`` is the encrypted form, ``blob_stores`` the port
with what may stand behind it, ``taking`` the one pass that reads, hashes, identifies and
encrypts a file, ``blob_reading`` the way back, ``fixity`` the check of one stored item, and
``in_flight`` keeps note of addresses whose fate is not settled.
"""
