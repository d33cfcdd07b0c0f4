using ModelScan.RoutingApi.Decisions.Embedded.Encoding;

namespace ModelScan.Tests.Decisions.Embedded;

public sealed class EncoderKernelTests
{
    private const int Inputs = 24;
    private const int Outputs = 64;
    private static readonly ScalarKernel Scalar = new();

    public static TheoryData<string, int, string> Shapes()
    {
        var rows = new TheoryData<string, int, string>();
        foreach (var kernel in RouterModels.Kernels)
        {
            foreach (var count in (int[])[1, 3, 4, 7, 8, 9, 12, 13])
            {
                foreach (var mode in Enum.GetNames<LayerOutput>())
                    rows.Add(kernel, count, mode);
            }
        }

        return rows;
    }

    [SkippableTheory]
    [MemberData(nameof(Shapes))]
    public void Multiply_Layer_AgreesWithPlainSums(string kernelName, int rows, string modeName)
    {
        var kernel = RouterModels.Kernel(kernelName);
        var mode = Enum.Parse<LayerOutput>(modeName);
        var random = new Random(rows);
        var weights = new sbyte[Inputs * Outputs];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (sbyte)random.Next(-127, 128);
        float[] scales = Floats(random, Outputs), bias = Floats(random, Outputs);
        var blockRows = EncoderKernels.RoundUp(rows, EncoderKernels.RowBlock);
        float[] input = Floats(random, blockRows * Inputs), output = Floats(random, blockRows * Outputs), before = [.. output];

        kernel.Multiply(new QuantizedLayer(Inputs, Outputs, weights, scales, bias), input, rows, output, mode);

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < Outputs; column++)
            {
                var sum = 0.0;
                for (var k = 0; k < Inputs; k++)
                    sum += (double)input[row * Inputs + k] * weights[k * Outputs + column];
                var value = sum * scales[column] + bias[column];
                value = mode switch
                {
                    LayerOutput.Add => value + before[row * Outputs + column],
                    LayerOutput.Relu => Math.Max(0, value),
                    _ => value,
                };
                Assert.Equal(value, output[row * Outputs + column], 1e-3);
            }
        }
    }

    [SkippableTheory]
    [InlineData("avx512")]
    [InlineData("avx2")]
    [InlineData("vector128")]
    public void Multiply_DenseWithStrides_AgreesWithScalar(string kernelName)
    {
        var kernel = RouterModels.Kernel(kernelName);
        var random = new Random(1);
        var size = new DenseProduct(Rows: 6, Inner: 5, Columns: 32, StrideA: 9, StrideB: 40, StrideC: 48);
        float[] a = Floats(random, 8 * 9), b = Floats(random, 5 * 40), expected = new float[8 * 48], actual = new float[8 * 48];

        Scalar.Multiply(size, a, b, expected);
        kernel.Multiply(size, a, b, actual);

        for (var row = 0; row < size.Rows; row++)
        {
            for (var column = 0; column < size.Columns; column++)
                Assert.Equal(expected[row * size.StrideC + column], actual[row * size.StrideC + column], 1e-5f);
        }
    }

    [SkippableTheory]
    [InlineData("avx512", 1)]
    [InlineData("avx512", 21)]
    [InlineData("avx2", 16)]
    [InlineData("avx2", 35)]
    [InlineData("vector128", 9)]
    public void RowOperations_AnyLength_AgreeWithScalar(string kernelName, int length)
    {
        var kernel = RouterModels.Kernel(kernelName);
        var random = new Random(length);
        float[] x = Floats(random, length), gain = Floats(random, length), shift = Floats(random, length);
        float[] expected = new float[length], actual = new float[length];

        Scalar.Normalize(x, gain, shift, 1e-6f, expected);
        kernel.Normalize(x, gain, shift, 1e-6f, actual);
        AssertClose(expected, actual);

        (expected, actual) = ([.. x], [.. x]);
        Scalar.Softmax(expected, 0.5f);
        kernel.Softmax(actual, 0.5f);
        AssertClose(expected, actual);

        Scalar.Add(expected, gain);
        kernel.Add(actual, gain);
        AssertClose(expected, actual);
        Assert.Equal(Scalar.Dot(x, gain), kernel.Dot(x, gain), 1e-4f);
    }

    [SkippableTheory]
    [InlineData("avx512")]
    [InlineData("avx2")]
    [InlineData("vector128")]
    public void Multiply_MemoryShorterThanTheRows_Throws(string kernelName)
    {
        var kernel = RouterModels.Kernel(kernelName);
        var layer = new QuantizedLayer(Inputs, Outputs, new sbyte[Inputs * Outputs], new float[Outputs], new float[Outputs]);

        Assert.Throws<ArgumentOutOfRangeException>(
            () => kernel.Multiply(layer, new float[Inputs], 1, new float[4 * Outputs], LayerOutput.Store));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => kernel.Multiply(layer, new float[4 * Inputs], 1, new float[Outputs], LayerOutput.Store));
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-4f);
    }

    private static float[] Floats(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
}
