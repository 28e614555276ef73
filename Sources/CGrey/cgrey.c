// Threads: the part of the header that is not inline.

#include "cgrey.h"

#include <string.h>

_Static_assert(sizeof(pthread_t) <= sizeof(uint64_t), "a thread's handle fits a word");

int grey_thread_start(uint64_t *handle, uint64_t stack_bytes, void *(*body)(void *),
                      void *argument) {
  pthread_attr_t attributes;
  pthread_t thread;
  int status = pthread_attr_init(&attributes);
  if (status != 0) return status;
  pthread_attr_setstacksize(&attributes, stack_bytes);
  status = pthread_create(&thread, &attributes, body, argument);
  pthread_attr_destroy(&attributes);
  if (status == 0) *handle = (uint64_t)thread;
  return status;
}

void grey_thread_join(uint64_t handle) { pthread_join((pthread_t)handle, 0); }

void grey_thread_name(const char *name) {
  char kept[16];
  strncpy(kept, name, sizeof kept - 1);
  kept[sizeof kept - 1] = 0;
  pthread_setname_np(pthread_self(), kept);
}
