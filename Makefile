# make         build everything; the programs are in build/bin/
# make test    all tests; TIER=fast for those that take less than a minute together
# make sanitize  the fast tests and the fuzzers under AddressSanitizer and UndefinedBehaviorSanitizer
# make demo    classify a photograph with MobileNetV1; PHOTO=file.jpg for one of your own
# make bench   compare speed with ONNX Runtime
# make clean   remove build/
#
# Each does all it needs on a fresh Debian 12 machine: missing packages, configuration, build. The work is CMake's; to
# work on barecc itself, `cmake --preset default && ninja -C build` is the same thing.

JOBS ?= $(shell nproc)
CTEST_FLAGS ?=

.PHONY: build test sanitize demo bench clean packages

build: packages build/build.ninja
	@cmake --build build --parallel $(JOBS)

packages:
	@tools/setup/install-packages.sh

build/build.ninja: CMakePresets.json | packages
	@cmake --preset default

test: build
	@ctest --test-dir build --parallel $(JOBS) --output-on-failure $(if $(TIER),--label-regex $(TIER)) $(CTEST_FLAGS)

sanitize: packages
	@cmake --preset sanitize
	@cmake --build build/sanitize --parallel $(JOBS)
	@ctest --test-dir build/sanitize --parallel $(JOBS) --output-on-failure --label-regex fast

demo: build
	@examples/classify/demo.sh $(PHOTO)

bench: build
	@bench/compare.sh

clean:
	@rm -rf build
