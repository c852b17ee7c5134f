// The integer softmaxes, twice: to the bit against the published fixed-point method, written here over number types
// that know their binary point; and against the definition in double precision, within a stated error.
#include "exact.h"

#include "generic/log_softmax_s8.c"
#include "generic/softmax_s16.c"
#include "generic/softmax_s8.c"
#include "generic/softmax_s8_s16.c"

#include <cmath>

using namespace barecc::test;

namespace {

/// A number raw / 2^(31 - IntegerBits), -2^IntegerBits <= number < 2^IntegerBits.
template <int IntegerBits> struct Fixed {
    int64_t raw;

    static Fixed nearest(double value) { return {int64_t(std::round(std::ldexp(value, 31 - IntegerBits)))}; }
    Fixed operator+(Fixed other) const { return {raw + other.raw}; }
    Fixed operator-(Fixed other) const { return {raw - other.raw}; }
    template <int OtherBits> Fixed<IntegerBits + OtherBits> operator*(Fixed<OtherBits> other) const
    {
        return {exactHighMul(raw, other.raw)};
    }
    /// The same number with another binary point, rounded or saturated.
    template <int NewBits> Fixed<NewBits> as() const
    {
        if constexpr (NewBits >= IntegerBits)
            return {exactShiftRight(raw, NewBits - IntegerBits)};
        else
            return {std::clamp<int64_t>(raw * (int64_t(1) << (IntegerBits - NewBits)), INT32_MIN, INT32_MAX)};
    }
    Fixed dividedBy(int power) const { return {exactShiftRight(raw, power)}; }
};

using F0 = Fixed<0>;
const F0 almostOne = {INT32_MAX};

/// exp for x <= 0: x = -(n/4) - 1/4 + f; Taylor around -1/8 for f - 1/4, squares of e for n.
F0 fixedExp(Fixed<5> x)
{
    if (x.raw == 0)
        return almostOne;
    const int64_t quarter = Fixed<5>::nearest(0.25).raw;
    const int64_t quarters = (-x.raw - 1) / quarter; // whole quarters above the last one
    const Fixed<5> rest = {x.raw + quarters * quarter};
    const F0 a = rest.as<0>() + F0::nearest(0.125);
    const F0 a2 = a * a, a3 = a2 * a, a4 = a2 * a2;
    const F0 half = ((a4.dividedBy(2) + a3) * F0::nearest(1 / 3.0) + a2).dividedBy(1);
    F0 result = F0::nearest(std::exp(-0.125)) + F0::nearest(std::exp(-0.125)) * (a + half);
    for (int bit = 0; bit < 7; bit++)
        if (quarters >> bit & 1)
            result = result * F0::nearest(std::exp(-std::ldexp(0.25, bit)));
    return result;
}

/// 1 / (1 + x): Newton's iteration on d = (1 + x) / 2.
F0 fixedReciprocal(F0 x)
{
    const F0 d = {(x.raw + almostOne.raw + 1) / 2};
    Fixed<2> r = Fixed<2>::nearest(48 / 17.0) + d * Fixed<2>::nearest(-32 / 17.0);
    for (int i = 0; i < 3; i++)
        r = r + (r * (Fixed<2>::nearest(1) - d * r)).template as<2>();
    return Fixed<1>{r.raw}.as<0>(); // 2 / (1 + x), read one place lower
}

/// log of x >= 1, from r in [sqrt(1/2), 1] and the power of two that goes with it.
Fixed<5> fixedLog(Fixed<12> x)
{
    const double root = std::sqrt(std::sqrt(0.5));
    int exponent; // x = mantissa * 2^exponent, mantissa in [1/2, 1)
    std::frexp(double(x.raw) / (1 << 19), &exponent);
    const F0 z = {x.raw << (12 - exponent)};
    const F0 scaled = z * F0::nearest(std::sqrt(0.5));
    const F0 even = Fixed<1>{scaled.raw}.as<0>();
    // The factor that takes sqrt(1/2) * x to [1/2, 1) takes x to [sqrt(1/2), sqrt(2)), cut at 1.
    const int64_t product = exactHighMul(x.raw, F0::nearest(std::sqrt(0.5)).raw);
    int oddShift = 0;
    while (product << (oddShift + 1) <= INT32_MAX)
        oddShift++;
    const F0 odd = {std::min<int64_t>(x.raw << oddShift, INT32_MAX)};
    const F0 r = even.raw < odd.raw ? even : odd;
    const double power = std::max(exponent - 1 + 0.25, 12 - oddShift - 0.25);

    const F0 p = {(r.raw + F0::nearest(root).raw + 1) / 2};
    const F0 halfQ = r - F0::nearest(root);
    const F0 q = halfQ + halfQ, q2 = q * q;
    const F0 numerator = q * r + q * q2 * F0::nearest(11 / 240.0 / root);
    const F0 denominator =
        p * (F0::nearest(2 * root - 1 / root) + q + F0::nearest(0.05 / root) * q2) + F0::nearest(0.25 / root) * q;
    const Fixed<6> logR = numerator.as<6>() * fixedReciprocal(denominator);
    return (Fixed<6>::nearest(power) * F0::nearest(std::log(2.0)) + logR).as<5>();
}

/// The parameters that TensorFlow Lite derives from the input's scale and beta.
softmax_s8_params softmaxSize(int32_t rows, int32_t depth, double scale)
{
    int shift;
    const double multiplier = std::min(scale * (1 << 26), 2147483647.0);
    const double mantissa = std::frexp(multiplier, &shift);
    const int32_t diffMin = -int32_t(std::floor(31 * std::ldexp(1.0, 26 - shift)));
    return {rows, depth, int32_t(std::min(std::round(std::ldexp(mantissa, 31)), 2147483647.0)), shift, diffMin};
}

Fixed<12> fixedExpSum(const softmax_s8_params &p, const int8_t *x, int32_t max)
{
    Fixed<12> sum = {0};
    for (int32_t i = 0; i < p.depth; i++)
        if (x[i] - max >= p.diff_min)
            sum = sum + fixedExp({exactRescale(x[i] - max, p.multiplier, p.shift)}).as<12>();
    return sum;
}

/// With results of 8 or 16 bits.
template <typename Result> std::vector<Result> fixedSoftmax(const softmax_s8_params &p, const int8_t *x)
{
    const int32_t max = *std::max_element(x, x + p.depth);
    const Fixed<12> sum = fixedExpSum(p, x, max);
    int exponent;
    std::frexp(double(sum.raw) / (1 << 19), &exponent); // sum = (1 + t) * 2^(exponent - 1)
    const F0 inverse = fixedReciprocal({(sum.raw << (13 - exponent)) - (int64_t(1) << 31)});
    const int bits = 8 * int(sizeof(Result));
    std::vector<Result> y;
    for (int32_t i = 0; i < p.depth; i++) {
        int64_t value = std::numeric_limits<Result>::min();
        if (x[i] - max >= p.diff_min) {
            const F0 share = inverse * fixedExp({exactRescale(x[i] - max, p.multiplier, p.shift)});
            value += exactShiftRight(share.raw, 31 - bits + exponent - 1);
        }
        y.push_back(Result(std::min<int64_t>(value, std::numeric_limits<Result>::max())));
    }
    return y;
}

std::vector<int8_t> fixedLogSoftmax(const log_softmax_s8_params &p, const int8_t *x)
{
    const int32_t max = *std::max_element(x, x + p.softmax.depth);
    const int64_t logSum = fixedLog(fixedExpSum(p.softmax, x, max)).raw;
    const int64_t limit = std::max<int64_t>(p.softmax.diff_min - 1,
                                            exactRescale(INT32_MIN + logSum, p.reverse_multiplier, p.reverse_shift));
    std::vector<int8_t> y;
    for (int32_t i = 0; i < p.softmax.depth; i++) {
        int64_t value = -128;
        if (x[i] - max > limit)
            value = 127 + exactShiftRight(exactRescale(x[i] - max, p.softmax.multiplier, p.softmax.shift) - logSum, 22);
        y.push_back(int8_t(std::clamp<int64_t>(value, -128, 127)));
    }
    return y;
}

struct Case {
    int32_t depth;
    double scale;
    int low, high; ///< range of the stored values
};
const Case cases[] = {
    {1, 0.1, -128, 127},    {2, 0.5, -128, 127},      {10, 0.05, -128, 127}, {10, 1.7, -20, 30},
    {257, 0.1, 0, 30},      {100, 0.0039, -128, 127}, {12, 16.0, -128, 127}, {7, 40.0, 0, 1}, // the scale saturates
    {3, 1e-6, -128, 127},                                                                     // all but equal
    {1000, 0.2, -128, 127}, {1000, 0.2499, -128, 127} // the logarithm takes the least differences out of Q5.26
};

/// The kernel against the published method, to the bit, and the exact softmax: `steps` of the result are 1, its zero is
/// the least value of its type.
template <typename T, typename Kernel> void checkSoftmax(Kernel kernel, double steps, double tolerance)
{
    for (const auto &[depth, scale, low, high] : cases) {
        SCOPED_TRACE("depth " + std::to_string(depth) + ", scale " + std::to_string(scale));
        const int32_t rows = 9;
        const softmax_s8_params p = softmaxSize(rows, depth, scale);
        const auto x = randomValues<int8_t>(size_t(rows * depth), low, high, 1);
        const Strided<T> y = runRows(Strided<T>(rows, depth, depth), rows,
                                     [&](T *y, int32_t begin, int32_t end) { kernel(&p, x.data(), y, begin, end); });
        for (int32_t row = 0; row < rows; row++) {
            const int8_t *in = &x[size_t(row * depth)];
            const std::vector<T> expected = fixedSoftmax<T>(p, in);
            const int32_t max = *std::max_element(in, in + depth);
            double sum = 0;
            for (int32_t i = 0; i < depth; i++)
                sum += std::exp(scale * (in[i] - max));
            for (int32_t i = 0; i < depth; i++) {
                ASSERT_EQ(y.at(row, i), expected[size_t(i)]) << "row " << row << ", " << i;
                const double exact = std::min(steps * std::exp(scale * (in[i] - max)) / sum - steps / 2, steps / 2 - 1);
                ASSERT_NEAR(y.at(row, i), exact, tolerance) << "row " << row << ", " << i;
            }
        }
        if constexpr (sizeof(T) == 1) {
            std::vector<int8_t> inPlace = x;
            kernel(&p, inPlace.data(), inPlace.data(), 0, rows);
            EXPECT_EQ(inPlace, y.data);
        }
    }
}

TEST(SoftmaxS8, PublishedFixedPointMethod) { checkSoftmax<int8_t>(softmax_s8, 256, 0.51); }

TEST(SoftmaxS8, Results16BitsWide) { checkSoftmax<int16_t>(softmax_s8_s16, 65536, 1.5); }

// Beyond what TensorFlow Lite defines: each of so many equal values is nearer to nothing than to one step, and the
// sum of their powers does not overflow.
TEST(SoftmaxS8, ManyEqualValues)
{
    for (int32_t depth : {513, 1024, 5000, 9000}) {
        const softmax_s8_params p = softmaxSize(1, depth, 0.1);
        const std::vector<int8_t> x(size_t(depth), 5), zeros(size_t(depth), -128);
        std::vector<int8_t> y(size_t(depth), 1);
        softmax_s8(&p, x.data(), y.data(), 0, 1);
        EXPECT_EQ(y, zeros);
        const int64_t sum = int64_t(depth) << 19;
        EXPECT_EQ(exp_sum_of_row(x.data(), depth, 5, p.multiplier, p.shift, p.diff_min),
                  std::min<int64_t>(sum, INT32_MAX));
    }
}

TEST(LogSoftmaxS8, PublishedFixedPointMethod)
{
    for (const auto &[depth, scale, low, high] : cases) {
        SCOPED_TRACE("depth " + std::to_string(depth) + ", scale " + std::to_string(scale));
        const int32_t rows = 9;
        log_softmax_s8_params p = {softmaxSize(rows, depth, scale), 0, 0};
        const double reverse = std::ldexp(1.0, 31 - p.softmax.shift) / p.softmax.multiplier;
        p.reverse_multiplier = int32_t(std::min(std::ldexp(std::frexp(reverse, &p.reverse_shift), 31), 2147483647.0));
        const auto x = randomValues<int8_t>(size_t(rows * depth), low, high, 1);
        const Strided<int8_t> y =
            runRows(Strided<int8_t>(rows, depth, depth), rows,
                    [&](int8_t *y, int32_t begin, int32_t end) { log_softmax_s8(&p, x.data(), y, begin, end); });
        for (int32_t row = 0; row < rows; row++) {
            const int8_t *in = &x[size_t(row * depth)];
            const std::vector<int8_t> expected = fixedLogSoftmax(p, in);
            const int32_t max = *std::max_element(in, in + depth);
            double sum = 0;
            for (int32_t i = 0; i < depth; i++)
                sum += std::exp(scale * (in[i] - max));
            for (int32_t i = 0; i < depth; i++) {
                ASSERT_EQ(y.at(row, i), expected[size_t(i)]) << "row " << row << ", " << i;
                const double exact = std::clamp(16 * (scale * (in[i] - max) - std::log(sum)) + 127, -128.0, 127.0);
                ASSERT_NEAR(y.at(row, i), exact, 0.51) << "row " << row << ", " << i;
            }
        }
        std::vector<int8_t> inPlace = x;
        log_softmax_s8(&p, inPlace.data(), inPlace.data(), 0, rows);
        EXPECT_EQ(inPlace, y.data);
    }
}

// The logarithm over all its range, and where the two ways of writing the argument meet.
TEST(FixedPoint, Logarithm)
{
    for (int64_t x = 1 << 19; x <= INT32_MAX; x += x / 300 + 1) {
        ASSERT_EQ(log_of_at_least_one(int32_t(x)), fixedLog({x}).raw) << x;
        ASSERT_NEAR(log_of_at_least_one(int32_t(x)) / double(1 << 26), std::log(x / double(1 << 19)), 1e-7) << x;
    }
    EXPECT_EQ(log_of_at_least_one(1 << 19), 0);
}

TEST(FixedPoint, Exponential)
{
    for (int64_t x = 0; x > INT32_MIN; x -= x > -100 ? 1 : 999983) {
        ASSERT_EQ(exp_of_negative(int32_t(x)), fixedExp({x}).raw) << x;
        ASSERT_NEAR(exp_of_negative(int32_t(x)) / 2147483648.0, std::exp(x / double(1 << 26)), 3e-7) << x;
    }
}

TEST(FixedPoint, Reciprocal)
{
    for (int64_t x = 0; x <= INT32_MAX; x += 999983) {
        ASSERT_EQ(reciprocal_of_one_plus(int32_t(x)), fixedReciprocal({x}).raw) << x;
        ASSERT_NEAR(reciprocal_of_one_plus(int32_t(x)) / 2147483648.0, 1 / (1 + x / 2147483648.0), 4e-9) << x;
    }
}

/// 513 samples of a function over [low, high], as int16 in units of 1/32768.
std::vector<int16_t> samples(double (*function)(double), double low, double high)
{
    std::vector<int16_t> table;
    for (int i = 0; i <= 512; i++)
        table.push_back(int16_t(std::min(std::round(32768 * function(low + (high - low) * i / 512)), 32767.0)));
    return table;
}

/// The value between two samples, rounded with ties upward.
int64_t interpolated(const std::vector<int16_t> &table, int64_t x)
{
    const int64_t position = x + 32768, below = position / 128;
    const double fraction = double(position % 128) / 128;
    return int64_t(std::floor(table[size_t(below)] * (1 - fraction) + table[size_t(below + 1)] * fraction + 0.5));
}

/// TensorFlow Lite's method over the same tables: exp, then a reciprocal of the sum's mantissa.
std::vector<int16_t> tableSoftmax(const softmax_s16_params &p, const int16_t *x,
                                  const std::vector<int16_t> &exponential, const std::vector<int16_t> &reciprocal)
{
    const int32_t max = *std::max_element(x, x + p.depth);
    std::vector<int64_t> powers;
    int64_t sum = 0;
    for (int32_t i = 0; i < p.depth; i++) {
        const int64_t scaled = exactRescale(x[i] - max, p.multiplier, p.shift) + 32767;
        powers.push_back(interpolated(exponential, std::max<int64_t>(scaled, -32768)));
        sum += powers.back();
    }
    int exponent;
    const double t = std::frexp(double(sum), &exponent) * 2 - 1;
    const int64_t mantissa = std::min<int64_t>(int64_t(std::floor(t * 65536 + 0.5)) - 32768, 32767);
    const int64_t inverse = interpolated(reciprocal, mantissa);
    std::vector<int16_t> y;
    for (int64_t power : powers)
        y.push_back(int16_t(std::min<int64_t>(
            int64_t(floorShift(Wide(power) * inverse * 2 + (Wide(1) << (exponent - 1)), exponent)), 32767)));
    return y;
}

// Linear interpolation between plain samples errs by up to 1.6 steps in each power, that of exp(-10) for all that is
// less among them; the sum of powers, at least 32767, errs by as much for each.
TEST(SoftmaxS16, PublishedTableMethod)
{
    const auto exponential = samples([](double x) { return std::exp(x); }, -10, 0);
    const auto reciprocal = samples([](double t) { return 1 / (1 + t); }, 0, 1);
    for (int32_t depth : {1, 2, 17, 300})
        for (double scale : {1e-5, 1.0 / 2048, 0.01}) {
            SCOPED_TRACE("depth " + std::to_string(depth) + ", scale " + std::to_string(scale));
            const int32_t rows = 5;
            int shift;
            const double mantissa = std::frexp(scale * 65535 / 10, &shift);
            const softmax_s16_params p = {rows, depth, int32_t(std::ldexp(mantissa, 31)), shift};
            const auto x = randomValues<int16_t>(size_t(rows * depth), -32768, 32767, 1);
            const Strided<int16_t> y =
                runRows(Strided<int16_t>(rows, depth, depth), rows, [&](int16_t *y, int32_t begin, int32_t end) {
                    softmax_s16(&p, x.data(), exponential.data(), reciprocal.data(), y, begin, end);
                });
            for (int32_t row = 0; row < rows; row++) {
                const int16_t *in = &x[size_t(row * depth)];
                const std::vector<int16_t> expected = tableSoftmax(p, in, exponential, reciprocal);
                double sum = 0;
                for (int32_t i = 0; i < depth; i++)
                    sum += std::exp(scale * (in[i] - 32767));
                for (int32_t i = 0; i < depth; i++) {
                    ASSERT_EQ(y.at(row, i), expected[size_t(i)]) << "row " << row << ", " << i;
                    const double exact = 32768 * std::exp(scale * (in[i] - 32767)) / sum;
                    const double error = 2 + 1.6 * (1 + depth * exact / 32767);
                    ASSERT_NEAR(y.at(row, i), std::min(exact, 32767.0), error) << "row " << row << ", " << i;
                }
            }
            std::vector<int16_t> inPlace = x;
            softmax_s16(&p, inPlace.data(), exponential.data(), reciprocal.data(), inPlace.data(), 0, rows);
            EXPECT_EQ(inPlace, y.data);
        }
}

} // namespace
