// pkg-config knows where the header is. Where there is no pkg-config, Debian's place is as good.
#if __has_include(<libpq-fe.h>)
#include <libpq-fe.h>
#else
#include <postgresql/libpq-fe.h>
#endif
