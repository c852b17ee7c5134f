/* As much of Arduino's core as the sketch uses, for a program that runs it once. */
#pragma once
#include <cstdint>
#include <cstdio>

static struct {
    void begin(unsigned long) {}
    void print(unsigned long number) { std::printf("%lu", number); }
    void println(const char *text) { std::printf("%s\n", text); }
    void println(double number) { std::printf("%.2f\n", number); }
} Serial;

static inline unsigned long micros() { return 0; }
static inline void delay(unsigned long) {}

void setup();
void loop();

int main()
{
    setup();
    loop();
}
