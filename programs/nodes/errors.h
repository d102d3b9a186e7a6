/* Errors of the nodes program. */
#pragma once
#include "sdk/errors.h"

DEFINE_ERROR(ARCHITECTURE_UNKNOWN, 6000, "ArchitectureUnknown", "This architecture does not exist.");
DEFINE_ERROR(COUNTRY_CODE_UNKNOWN, 6001, "CountryCodeUnknown", "This country does not exist.");
DEFINE_ERROR(CPU_INVALID, 6002, "CpuInvalid", "CPU value must be greater than zero");
/* 6003 is GpuInvalid, which no number of GPUs is. */
DEFINE_ERROR(MEMORY_INVALID, 6004, "MemoryInvalid", "Memory value must be greater than zero");
DEFINE_ERROR(IOPS_INVALID, 6005, "IopsInvalid", "IOPS value must be greater than zero");
DEFINE_ERROR(STORAGE_INVALID, 6006, "StorageInvalid", "Storage value must be greater than zero");
