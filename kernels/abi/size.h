/* Functions of layers that are called once may become part of their caller. */
#pragma once

#define BARECC_LAYER static
