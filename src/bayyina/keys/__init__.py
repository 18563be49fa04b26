"""Keys: personal keys that sign, case keys wrapped to custodians, record keys and salts.

The hierarchy, from the top: a person's key file is opened by a passphrase
(``personal``); its X25519 half opens the case keys that were wrapped to that person
(``case_keys``); a case key opens record and batch keys (``record_keys``); a record key
gives the salts of all leaves about that record (``salts``). Destroying one record key
therefore closes everything about that record and nothing else.
"""
