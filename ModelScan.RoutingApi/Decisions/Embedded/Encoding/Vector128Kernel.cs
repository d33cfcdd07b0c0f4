using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

// How a layer is multiplied:
//   1. The outer loop walks the panels of 32 columns, so that a panel (8 to 48 KiB of 8-bit weights) is fetched once and stays close.
//   2. Within a panel, four rows at a time against eight of its columns: eight sums live in registers.
//   3. The innermost loop widens eight weights to float and multiplies them with one element of each row.
//   4. Only the finished sums are scaled per column: 8-bit weights are exact as floats, so this costs no precision.

/// <summary>128-bit vectors of any processor that has them: ARM, and x64 without AVX2.</summary>
internal sealed class Vector128Kernel : IEncoderKernel
{
    /// <summary>Whether this processor has such vectors.</summary>
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public string Name => "vector128";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(QuantizedLayer layer, ReadOnlySpan<float> input, int rows, Span<float> output, LayerOutput mode)
    {
        var blockRows = EncoderKernels.RoundUp(rows, EncoderKernels.RowBlock);
        ArgumentOutOfRangeException.ThrowIfLessThan(input.Length, blockRows * layer.Inputs, nameof(input));
        ArgumentOutOfRangeException.ThrowIfLessThan(output.Length, blockRows * layer.Outputs, nameof(output));
        ref var x = ref MemoryMarshal.GetReference(input);
        ref var y = ref MemoryMarshal.GetReference(output);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(layer.Panels);
        ref var scales = ref MemoryMarshal.GetArrayDataReference(layer.Scales);
        ref var bias = ref MemoryMarshal.GetArrayDataReference(layer.Bias);
        int inputs = layer.Inputs, outputs = layer.Outputs;
        for (var column = 0; column < outputs; column += 8)
        {
            var firstOfPanel = column - column % QuantizedLayer.PanelWidth;
            ref var panel = ref Unsafe.Add(ref weights, firstOfPanel * inputs + (column - firstOfPanel));
            var columns = new ColumnOutput(ref Unsafe.Add(ref scales, column), ref Unsafe.Add(ref bias, column), outputs, mode);
            for (var row = 0; row < blockRows; row += 4)
                Tile4(ref Unsafe.Add(ref x, row * inputs), inputs, ref panel, ref Unsafe.Add(ref y, row * outputs + column), columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(DenseProduct size, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c)
    {
        var blockRows = EncoderKernels.RoundUp(size.Rows, EncoderKernels.RowBlock);
        ArgumentOutOfRangeException.ThrowIfLessThan(a.Length, (blockRows - 1) * size.StrideA + size.Inner, nameof(a));
        ArgumentOutOfRangeException.ThrowIfLessThan(b.Length, (size.Inner - 1) * size.StrideB + size.Columns, nameof(b));
        ArgumentOutOfRangeException.ThrowIfLessThan(c.Length, (blockRows - 1) * size.StrideC + size.Columns, nameof(c));
        for (var row = 0; row < blockRows; row += 4)
        {
            ref var x = ref Unsafe.Add(ref MemoryMarshal.GetReference(a), row * size.StrideA);
            for (var column = 0; column < size.Columns; column += 8)
            {
                ref var y = ref Unsafe.Add(ref MemoryMarshal.GetReference(c), row * size.StrideC + column);
                ref var weights = ref Unsafe.Add(ref MemoryMarshal.GetReference(b), column);
                Vector128<float> s00 = default, s10 = default, s20 = default, s30 = default;
                Vector128<float> s01 = default, s11 = default, s21 = default, s31 = default;
                for (nint k = 0; k < size.Inner; k++)
                {
                    var w0 = Vector128.LoadUnsafe(ref weights, (nuint)(k * size.StrideB));
                    var w1 = Vector128.LoadUnsafe(ref weights, (nuint)(k * size.StrideB + 4));
                    var x0 = Vector128.Create(Unsafe.Add(ref x, k));
                    s00 = Vector128.MultiplyAddEstimate(x0, w0, s00);
                    s01 = Vector128.MultiplyAddEstimate(x0, w1, s01);
                    var x1 = Vector128.Create(Unsafe.Add(ref x, k + size.StrideA));
                    s10 = Vector128.MultiplyAddEstimate(x1, w0, s10);
                    s11 = Vector128.MultiplyAddEstimate(x1, w1, s11);
                    var x2 = Vector128.Create(Unsafe.Add(ref x, k + 2 * size.StrideA));
                    s20 = Vector128.MultiplyAddEstimate(x2, w0, s20);
                    s21 = Vector128.MultiplyAddEstimate(x2, w1, s21);
                    var x3 = Vector128.Create(Unsafe.Add(ref x, k + 3 * size.StrideA));
                    s30 = Vector128.MultiplyAddEstimate(x3, w0, s30);
                    s31 = Vector128.MultiplyAddEstimate(x3, w1, s31);
                }

                s00.StoreUnsafe(ref y);
                s01.StoreUnsafe(ref y, 4);
                s10.StoreUnsafe(ref y, (nuint)(size.StrideC));
                s11.StoreUnsafe(ref y, (nuint)(size.StrideC + 4));
                s20.StoreUnsafe(ref y, (nuint)(2 * size.StrideC));
                s21.StoreUnsafe(ref y, (nuint)(2 * size.StrideC + 4));
                s30.StoreUnsafe(ref y, (nuint)(3 * size.StrideC));
                s31.StoreUnsafe(ref y, (nuint)(3 * size.StrideC + 4));
            }
        }
    }

    public void Normalize(ReadOnlySpan<float> input, ReadOnlySpan<float> gain, ReadOnlySpan<float> shift, float epsilon, Span<float> output) =>
        VectorRows.Normalize(input, gain, shift, epsilon, output);

    public void Softmax(Span<float> row, float scale) => VectorRows.Softmax(row, scale);

    public void Add(Span<float> target, ReadOnlySpan<float> source) => VectorRows.Add(target, source);

    public float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => VectorRows.Dot(a, b);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4(ref float x, nint inputs, ref sbyte panel, ref float y, ColumnOutput columns)
    {
        ref var x1 = ref Unsafe.Add(ref x, inputs);
        ref var x2 = ref Unsafe.Add(ref x, 2 * inputs);
        ref var x3 = ref Unsafe.Add(ref x, 3 * inputs);
        Vector128<float> s00 = default, s10 = default, s20 = default, s30 = default;
        Vector128<float> s01 = default, s11 = default, s21 = default, s31 = default;
        for (nint k = 0; k < inputs; k++)
        {
            var at = k * QuantizedLayer.PanelWidth;
            var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(ref Unsafe.As<sbyte, byte>(ref Unsafe.Add(ref panel, at)))).AsSByte();
            var shorts = Vector128.WidenLower(bytes);
            var w0 = Vector128.ConvertToSingle(Vector128.WidenLower(shorts));
            var w1 = Vector128.ConvertToSingle(Vector128.WidenUpper(shorts));
            var v0 = Vector128.Create(Unsafe.Add(ref x, k));
            s00 = Vector128.MultiplyAddEstimate(v0, w0, s00);
            s01 = Vector128.MultiplyAddEstimate(v0, w1, s01);
            var v1 = Vector128.Create(Unsafe.Add(ref x1, k));
            s10 = Vector128.MultiplyAddEstimate(v1, w0, s10);
            s11 = Vector128.MultiplyAddEstimate(v1, w1, s11);
            var v2 = Vector128.Create(Unsafe.Add(ref x2, k));
            s20 = Vector128.MultiplyAddEstimate(v2, w0, s20);
            s21 = Vector128.MultiplyAddEstimate(v2, w1, s21);
            var v3 = Vector128.Create(Unsafe.Add(ref x3, k));
            s30 = Vector128.MultiplyAddEstimate(v3, w0, s30);
            s31 = Vector128.MultiplyAddEstimate(v3, w1, s31);
        }

        columns.Write(ref y, 0, s00, s01);
        columns.Write(ref y, 1, s10, s11);
        columns.Write(ref y, 2, s20, s21);
        columns.Write(ref y, 3, s30, s31);
    }

    /// <summary>Where the sums of eight columns go, and how they are scaled on the way.</summary>
    private readonly ref struct ColumnOutput
    {
        private readonly Vector128<float> _scale0;
        private readonly Vector128<float> _scale1;
        private readonly Vector128<float> _bias0;
        private readonly Vector128<float> _bias1;
        private readonly int _stride;
        private readonly LayerOutput _mode;

        public ColumnOutput(ref float scales, ref float bias, int stride, LayerOutput mode)
        {
            _scale0 = Vector128.LoadUnsafe(ref scales);
            _scale1 = Vector128.LoadUnsafe(ref scales, 4);
            _bias0 = Vector128.LoadUnsafe(ref bias);
            _bias1 = Vector128.LoadUnsafe(ref bias, 4);
            _stride = stride;
            _mode = mode;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Write(ref float y, int row, Vector128<float> sum0, Vector128<float> sum1)
        {
            ref var target = ref Unsafe.Add(ref y, row * _stride);
            var value0 = Vector128.MultiplyAddEstimate(sum0, _scale0, _bias0);
            var value1 = Vector128.MultiplyAddEstimate(sum1, _scale1, _bias1);
            if (_mode == LayerOutput.Add)
            {
                value0 += Vector128.LoadUnsafe(ref target);
                value1 += Vector128.LoadUnsafe(ref target, 4);
            }
            else if (_mode == LayerOutput.Relu)
            {
                value0 = Vector128.Max(value0, Vector128<float>.Zero);
                value1 = Vector128.Max(value1, Vector128<float>.Zero);
            }

            value0.StoreUnsafe(ref target);
            value1.StoreUnsafe(ref target, 4);
        }
    }
}
