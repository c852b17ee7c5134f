# make         build everything; the programs are in build/bin/
# make test    all tests, more than half an hour; TIER=fast for those that take less than a minute together, TIER=slow for
#              the others that CI runs, TIER=long for those that it leaves out
# make sanitize  the unit tests and the fuzzers under AddressSanitizer and UndefinedBehaviorSanitizer
# make fuzz    of these the fuzzers, each for 20 seconds, or for TIME=600
# make demo    classify a photograph with MobileNetV1; PHOTO=file.jpg for one of your own
# make bench   compare speed with ONNX Runtime
# make clean   remove build/
#
# Each does all it needs on a fresh Debian 12 machine: missing packages, configuration, build. The work is CMake's; to
# work on barecc itself, `cmake --preset default && ninja -C build` is the same thing.

JOBS ?= $(shell nproc)
CTEST_FLAGS ?=
TIME ?= 20
CTEST = ctest --parallel $(JOBS) --output-on-failure
TESTS_fast = --label-regex '^fast$$'
TESTS_slow = --label-exclude '^(fast|long)$$'
TESTS_long = --label-regex '^long$$'

.PHONY: build test sanitize fuzz demo bench clean packages

build: packages build/build.ninja
	@cmake --build build --parallel $(JOBS)

packages:
	@tools/setup/install-packages.sh

build/build.ninja: CMakePresets.json | packages
	@cmake --preset default

test: build
	@$(CTEST) --test-dir build $(TESTS_$(TIER)) $(CTEST_FLAGS)

build/sanitize/build.ninja: CMakePresets.json | packages
	@cmake --preset sanitize

sanitize: build/sanitize/build.ninja
	@cmake --build build/sanitize --parallel $(JOBS)
	@FUZZ_SECONDS=$(TIME) $(CTEST) --test-dir build/sanitize --tests-regex '^(unit|fuzz|filecheck|lowering)'

fuzz: build/sanitize/build.ninja
	@cmake --build build/sanitize --parallel $(JOBS) --target fuzz
	@FUZZ_SECONDS=$(TIME) $(CTEST) --test-dir build/sanitize --label-regex fuzz

demo: build
	@examples/classify/demo.sh $(PHOTO)

bench: build
	@bench/compare.sh

clean:
	@rm -rf build
