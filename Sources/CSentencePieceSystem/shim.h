// Nothing of the C++ library is visible from Swift: CSentencePiece wraps it in a C header.
