"""How numbers stand on the pages: in both languages as ``bayyina.typeset.numbers`` writes them."""
