// pkg-config knows where the header is. Where there is no pkg-config, Debian's place is as good.
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif

// Pipelines came with it; without this the compiler would name the first function that it misses.
#if defined(LIBPQ_FE_H) && !defined(LIBPQ_HAS_PIPELINING)
#error "PGDriver needs libpq 14 or later: install a newer libpq-dev, or have PKG_CONFIG_PATH name one (apt.postgresql.org)."
#endif
