/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands between them is C for C++, too.
 */
#pragma once

#ifdef __cplusplus
#define GG_C_BEGIN extern "C" {
#define GG_C_END }
#else
#define GG_C_BEGIN
#define GG_C_END
#endif
