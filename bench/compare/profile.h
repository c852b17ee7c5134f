/* What profile.sh puts into a generated model. */
#pragma once

#include <stddef.h>

/* Layer `index` starts now and the one before it ends; the comment above its call describes it. After the last layer
 * once more, with NULL. */
void profile_layer(int index, const char *description);
