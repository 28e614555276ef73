// libFuzzer as a library: its engine with our own main. The toolchain ships it without a header.

#pragma once

#include <stddef.h>
#include <stdint.h>

/// Runs what the options say, the program's name first. Calls `read` for every input.
int LLVMFuzzerRunDriver(
    int *_Nonnull count, char *_Nullable *_Nonnull *_Nonnull options,
    int (*_Nonnull read)(const uint8_t *_Nullable bytes, size_t count));
