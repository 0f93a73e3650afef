// PGDriver
