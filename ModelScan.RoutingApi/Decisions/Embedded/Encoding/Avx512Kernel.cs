using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

// How a layer is multiplied:
//   1. The outer loop walks the panels of 32 columns, so that a panel (8 to 48 KiB of 8-bit weights) is fetched once and stays close.
//   2. Within a panel, eight rows at a time (four for the rest) against all 32 columns: 16 sums live in registers.
//   3. The innermost loop widens 2 x 16 weights to float and multiplies them with one element of each row.
//   4. Only the finished sums are scaled per column: 8-bit weights are exact as floats, so this costs no precision.

/// <summary>512-bit vectors.</summary>
internal sealed class Avx512Kernel : IEncoderKernel
{
    /// <summary>Whether this processor has the instructions.</summary>
    public static bool IsSupported => Avx512F.IsSupported && Vector512.IsHardwareAccelerated;

    public string Name => "avx512";

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
        for (var column = 0; column < outputs; column += QuantizedLayer.PanelWidth)
        {
            ref var panel = ref Unsafe.Add(ref weights, column * inputs);
            var columns = new ColumnOutput(ref Unsafe.Add(ref scales, column), ref Unsafe.Add(ref bias, column), outputs, mode);
            var row = 0;
            for (; row + 8 <= blockRows; row += 8)
                Tile8(ref Unsafe.Add(ref x, row * inputs), inputs, ref panel, ref Unsafe.Add(ref y, row * outputs + column), columns);
            if (row < blockRows)
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
            for (var column = 0; column < size.Columns; column += 16)
            {
                ref var y = ref Unsafe.Add(ref MemoryMarshal.GetReference(c), row * size.StrideC + column);
                ref var weights = ref Unsafe.Add(ref MemoryMarshal.GetReference(b), column);
                Vector512<float> s00 = default, s10 = default, s20 = default, s30 = default;
                for (nint k = 0; k < size.Inner; k++)
                {
                    var w0 = Vector512.LoadUnsafe(ref weights, (nuint)(k * size.StrideB));
                    var x0 = Vector512.Create(Unsafe.Add(ref x, k));
                    s00 = Avx512F.FusedMultiplyAdd(x0, w0, s00);
                    var x1 = Vector512.Create(Unsafe.Add(ref x, k + size.StrideA));
                    s10 = Avx512F.FusedMultiplyAdd(x1, w0, s10);
                    var x2 = Vector512.Create(Unsafe.Add(ref x, k + 2 * size.StrideA));
                    s20 = Avx512F.FusedMultiplyAdd(x2, w0, s20);
                    var x3 = Vector512.Create(Unsafe.Add(ref x, k + 3 * size.StrideA));
                    s30 = Avx512F.FusedMultiplyAdd(x3, w0, s30);
                }

                s00.StoreUnsafe(ref y);
                s10.StoreUnsafe(ref y, (nuint)(size.StrideC));
                s20.StoreUnsafe(ref y, (nuint)(2 * size.StrideC));
                s30.StoreUnsafe(ref y, (nuint)(3 * size.StrideC));
            }
        }
    }

    public void Normalize(ReadOnlySpan<float> input, ReadOnlySpan<float> gain, ReadOnlySpan<float> shift, float epsilon, Span<float> output) =>
        VectorRows.Normalize(input, gain, shift, epsilon, output);

    public void Softmax(Span<float> row, float scale) => VectorRows.Softmax(row, scale);

    public void Add(Span<float> target, ReadOnlySpan<float> source) => VectorRows.Add(target, source);

    public float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => VectorRows.Dot(a, b);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile8(ref float x, nint inputs, ref sbyte panel, ref float y, ColumnOutput columns)
    {
        ref var x1 = ref Unsafe.Add(ref x, inputs);
        ref var x2 = ref Unsafe.Add(ref x, 2 * inputs);
        ref var x3 = ref Unsafe.Add(ref x, 3 * inputs);
        ref var x4 = ref Unsafe.Add(ref x, 4 * inputs);
        ref var x5 = ref Unsafe.Add(ref x, 5 * inputs);
        ref var x6 = ref Unsafe.Add(ref x, 6 * inputs);
        ref var x7 = ref Unsafe.Add(ref x, 7 * inputs);
        Vector512<float> s00 = default, s10 = default, s20 = default, s30 = default, s40 = default, s50 = default, s60 = default, s70 = default;
        Vector512<float> s01 = default, s11 = default, s21 = default, s31 = default, s41 = default, s51 = default, s61 = default, s71 = default;
        for (nint k = 0; k < inputs; k++)
        {
            var at = k * QuantizedLayer.PanelWidth;
            var w0 = Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref panel, (nuint)at)));
            var w1 = Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref panel, (nuint)(at + 16))));
            var v0 = Vector512.Create(Unsafe.Add(ref x, k));
            s00 = Avx512F.FusedMultiplyAdd(v0, w0, s00);
            s01 = Avx512F.FusedMultiplyAdd(v0, w1, s01);
            var v1 = Vector512.Create(Unsafe.Add(ref x1, k));
            s10 = Avx512F.FusedMultiplyAdd(v1, w0, s10);
            s11 = Avx512F.FusedMultiplyAdd(v1, w1, s11);
            var v2 = Vector512.Create(Unsafe.Add(ref x2, k));
            s20 = Avx512F.FusedMultiplyAdd(v2, w0, s20);
            s21 = Avx512F.FusedMultiplyAdd(v2, w1, s21);
            var v3 = Vector512.Create(Unsafe.Add(ref x3, k));
            s30 = Avx512F.FusedMultiplyAdd(v3, w0, s30);
            s31 = Avx512F.FusedMultiplyAdd(v3, w1, s31);
            var v4 = Vector512.Create(Unsafe.Add(ref x4, k));
            s40 = Avx512F.FusedMultiplyAdd(v4, w0, s40);
            s41 = Avx512F.FusedMultiplyAdd(v4, w1, s41);
            var v5 = Vector512.Create(Unsafe.Add(ref x5, k));
            s50 = Avx512F.FusedMultiplyAdd(v5, w0, s50);
            s51 = Avx512F.FusedMultiplyAdd(v5, w1, s51);
            var v6 = Vector512.Create(Unsafe.Add(ref x6, k));
            s60 = Avx512F.FusedMultiplyAdd(v6, w0, s60);
            s61 = Avx512F.FusedMultiplyAdd(v6, w1, s61);
            var v7 = Vector512.Create(Unsafe.Add(ref x7, k));
            s70 = Avx512F.FusedMultiplyAdd(v7, w0, s70);
            s71 = Avx512F.FusedMultiplyAdd(v7, w1, s71);
        }

        columns.Write(ref y, 0, s00, s01);
        columns.Write(ref y, 1, s10, s11);
        columns.Write(ref y, 2, s20, s21);
        columns.Write(ref y, 3, s30, s31);
        columns.Write(ref y, 4, s40, s41);
        columns.Write(ref y, 5, s50, s51);
        columns.Write(ref y, 6, s60, s61);
        columns.Write(ref y, 7, s70, s71);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile4(ref float x, nint inputs, ref sbyte panel, ref float y, ColumnOutput columns)
    {
        ref var x1 = ref Unsafe.Add(ref x, inputs);
        ref var x2 = ref Unsafe.Add(ref x, 2 * inputs);
        ref var x3 = ref Unsafe.Add(ref x, 3 * inputs);
        Vector512<float> s00 = default, s10 = default, s20 = default, s30 = default;
        Vector512<float> s01 = default, s11 = default, s21 = default, s31 = default;
        for (nint k = 0; k < inputs; k++)
        {
            var at = k * QuantizedLayer.PanelWidth;
            var w0 = Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref panel, (nuint)at)));
            var w1 = Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref panel, (nuint)(at + 16))));
            var v0 = Vector512.Create(Unsafe.Add(ref x, k));
            s00 = Avx512F.FusedMultiplyAdd(v0, w0, s00);
            s01 = Avx512F.FusedMultiplyAdd(v0, w1, s01);
            var v1 = Vector512.Create(Unsafe.Add(ref x1, k));
            s10 = Avx512F.FusedMultiplyAdd(v1, w0, s10);
            s11 = Avx512F.FusedMultiplyAdd(v1, w1, s11);
            var v2 = Vector512.Create(Unsafe.Add(ref x2, k));
            s20 = Avx512F.FusedMultiplyAdd(v2, w0, s20);
            s21 = Avx512F.FusedMultiplyAdd(v2, w1, s21);
            var v3 = Vector512.Create(Unsafe.Add(ref x3, k));
            s30 = Avx512F.FusedMultiplyAdd(v3, w0, s30);
            s31 = Avx512F.FusedMultiplyAdd(v3, w1, s31);
        }

        columns.Write(ref y, 0, s00, s01);
        columns.Write(ref y, 1, s10, s11);
        columns.Write(ref y, 2, s20, s21);
        columns.Write(ref y, 3, s30, s31);
    }

    /// <summary>Where the sums of 32 columns go, and how they are scaled on the way.</summary>
    private readonly ref struct ColumnOutput
    {
        private readonly Vector512<float> _scale0;
        private readonly Vector512<float> _scale1;
        private readonly Vector512<float> _bias0;
        private readonly Vector512<float> _bias1;
        private readonly int _stride;
        private readonly LayerOutput _mode;

        public ColumnOutput(ref float scales, ref float bias, int stride, LayerOutput mode)
        {
            _scale0 = Vector512.LoadUnsafe(ref scales);
            _scale1 = Vector512.LoadUnsafe(ref scales, 16);
            _bias0 = Vector512.LoadUnsafe(ref bias);
            _bias1 = Vector512.LoadUnsafe(ref bias, 16);
            _stride = stride;
            _mode = mode;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Write(ref float y, int row, Vector512<float> sum0, Vector512<float> sum1)
        {
            ref var target = ref Unsafe.Add(ref y, row * _stride);
            var value0 = Avx512F.FusedMultiplyAdd(sum0, _scale0, _bias0);
            var value1 = Avx512F.FusedMultiplyAdd(sum1, _scale1, _bias1);
            if (_mode == LayerOutput.Add)
            {
                value0 += Vector512.LoadUnsafe(ref target);
                value1 += Vector512.LoadUnsafe(ref target, 16);
            }
            else if (_mode == LayerOutput.Relu)
            {
                value0 = Vector512.Max(value0, Vector512<float>.Zero);
                value1 = Vector512.Max(value1, Vector512<float>.Zero);
            }

            value0.StoreUnsafe(ref target);
            value1.StoreUnsafe(ref target, 16);
        }
    }
}
