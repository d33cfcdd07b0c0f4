using System.Runtime.CompilerServices;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>Plain loops: runs everywhere, and is what the vector kernels are tested against.</summary>
internal sealed class ScalarKernel : IEncoderKernel
{
    public string Name => "scalar";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(QuantizedLayer layer, ReadOnlySpan<float> input, int rows, Span<float> output, LayerOutput mode)
    {
        int inputs = layer.Inputs, outputs = layer.Outputs;
        var panels = layer.Panels;
        for (var row = 0; row < rows; row++)
        {
            var x = input.Slice(row * inputs, inputs);
            var y = output.Slice(row * outputs, outputs);
            for (var column = 0; column < outputs; column += 4)
            {
                // Four columns at a time: enough to keep the sums in registers and to read an input only once for four weights.
                float sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
                var inPanel = column % QuantizedLayer.PanelWidth;
                var at = (column - inPanel) * inputs + inPanel;
                foreach (var value in x)
                {
                    sum0 += value * panels[at];
                    sum1 += value * panels[at + 1];
                    sum2 += value * panels[at + 2];
                    sum3 += value * panels[at + 3];
                    at += QuantizedLayer.PanelWidth;
                }

                Write(layer, y, column, sum0, mode);
                Write(layer, y, column + 1, sum1, mode);
                Write(layer, y, column + 2, sum2, mode);
                Write(layer, y, column + 3, sum3, mode);
            }
        }
    }

    public void Multiply(DenseProduct size, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c)
    {
        for (var row = 0; row < size.Rows; row++)
        {
            var y = c.Slice(row * size.StrideC, size.Columns);
            y.Clear();
            for (var k = 0; k < size.Inner; k++)
            {
                var x = a[row * size.StrideA + k];
                var weights = b.Slice(k * size.StrideB, size.Columns);
                for (var column = 0; column < y.Length; column++)
                    y[column] += x * weights[column];
            }
        }
    }

    public void Normalize(ReadOnlySpan<float> input, ReadOnlySpan<float> gain, ReadOnlySpan<float> shift, float epsilon, Span<float> output)
    {
        var sum = 0f;
        foreach (var value in input)
            sum += value;
        var mean = sum / input.Length;
        var squares = 0f;
        foreach (var value in input)
            squares += (value - mean) * (value - mean);
        var inverse = 1 / MathF.Sqrt(squares / input.Length + epsilon);
        for (var i = 0; i < input.Length; i++)
            output[i] = gain[i] * ((input[i] - mean) * inverse) + shift[i];
    }

    public void Softmax(Span<float> row, float scale)
    {
        var max = float.NegativeInfinity;
        foreach (var value in row)
            max = MathF.Max(max, value);
        var sum = 0f;
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = MathF.Exp((row[i] - max) * scale);
            sum += row[i];
        }

        for (var i = 0; i < row.Length; i++)
            row[i] /= sum;
    }

    public void Add(Span<float> target, ReadOnlySpan<float> source)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] += source[i];
    }

    public float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void Write(QuantizedLayer layer, Span<float> y, int column, float sum, LayerOutput mode)
    {
        var value = sum * layer.Scales[column] + layer.Bias[column];
        y[column] = mode switch
        {
            LayerOutput.Add => y[column] + value,
            LayerOutput.Relu => MathF.Max(0, value),
            _ => value,
        };
    }
}
