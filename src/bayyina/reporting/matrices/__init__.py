"""Matrices of instruments, as data files; read by ``bayyina.reporting.matrix_files``."""
