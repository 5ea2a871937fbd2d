#include <isa-l/igzip_lib.h>

/// The working memory of level 1, which Swift cannot compute from the macro.
static const uint32_t stint_isal_level1_buffer = ISAL_DEF_LVL1_DEFAULT;
