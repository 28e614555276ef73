// Everything of this module is inline in its header; this file makes it a target.
#include "cgrey.h"
