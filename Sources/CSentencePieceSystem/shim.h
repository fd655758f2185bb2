// Nothing of the C++ library is visible from Swift: CSentencePiece wraps it behind a C header.
