using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>
/// The row-wise part of the work, shared by the vector kernels. It is a few percent of an encoding, so the width that
/// <see cref="Vector{T}"/> picks is good enough. Rows may have any length.
/// </summary>
internal static class VectorRows
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(ReadOnlySpan<float> input, ReadOnlySpan<float> gain, ReadOnlySpan<float> shift, float epsilon, Span<float> output)
    {
        int width = Vector<float>.Count, whole = input.Length - input.Length % width;
        var sums = Vector<float>.Zero;
        for (var i = 0; i < whole; i += width)
            sums += new Vector<float>(input[i..]);
        var sum = Vector.Sum(sums);
        for (var i = whole; i < input.Length; i++)
            sum += input[i];
        var mean = sum / input.Length;

        var squares = Vector<float>.Zero;
        var means = new Vector<float>(mean);
        for (var i = 0; i < whole; i += width)
        {
            var difference = new Vector<float>(input[i..]) - means;
            squares += difference * difference;
        }

        var variance = Vector.Sum(squares);
        for (var i = whole; i < input.Length; i++)
            variance += (input[i] - mean) * (input[i] - mean);
        var inverse = 1 / MathF.Sqrt(variance / input.Length + epsilon);

        for (var i = 0; i < whole; i += width)
        {
            var normal = (new Vector<float>(input[i..]) - means) * inverse;
            (new Vector<float>(gain[i..]) * normal + new Vector<float>(shift[i..])).CopyTo(output[i..]);
        }

        for (var i = whole; i < input.Length; i++)
            output[i] = gain[i] * ((input[i] - mean) * inverse) + shift[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(Span<float> row, float scale)
    {
        int width = Vector<float>.Count, whole = row.Length - row.Length % width;
        var max = float.NegativeInfinity;
        foreach (var value in row)
            max = MathF.Max(max, value);
        var maxima = new Vector<float>(max);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < whole; i += width)
        {
            var power = Vector.Exp((new Vector<float>(row[i..]) - maxima) * scale);
            power.CopyTo(row[i..]);
            sums += power;
        }

        var sum = Vector.Sum(sums);
        for (var i = whole; i < row.Length; i++)
        {
            row[i] = MathF.Exp((row[i] - max) * scale);
            sum += row[i];
        }

        var inverse = 1 / sum;
        for (var i = 0; i < row.Length; i++)
            row[i] *= inverse;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(Span<float> target, ReadOnlySpan<float> source)
    {
        int width = Vector<float>.Count, whole = target.Length - target.Length % width;
        for (var i = 0; i < whole; i += width)
            (new Vector<float>(target[i..]) + new Vector<float>(source[i..])).CopyTo(target[i..]);
        for (var i = whole; i < target.Length; i++)
            target[i] += source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        int width = Vector<float>.Count, i = 0;
        Vector<float> sum0 = Vector<float>.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
        for (; i + 4 * width <= a.Length; i += 4 * width)
        {
            sum0 += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
            sum1 += new Vector<float>(a[(i + width)..]) * new Vector<float>(b[(i + width)..]);
            sum2 += new Vector<float>(a[(i + 2 * width)..]) * new Vector<float>(b[(i + 2 * width)..]);
            sum3 += new Vector<float>(a[(i + 3 * width)..]) * new Vector<float>(b[(i + 3 * width)..]);
        }

        var sum = Vector.Sum(sum0 + sum1 + (sum2 + sum3));
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
