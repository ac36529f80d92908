module undersigned/tests/log/verify

go 1.24

require golang.org/x/mod v0.0.0

// scripts/test takes the two packages from the Go toolchain, which has them for its own use.
replace golang.org/x/mod => ./mod
