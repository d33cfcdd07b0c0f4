using System.Runtime.InteropServices;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>
/// A dense layer with 8-bit weights: y[c] = scale[c] · Σ x[k] w[k, c] + bias[c]. The weights stay 8-bit in memory, because a
/// short prompt costs more time fetching weights than multiplying, and are laid out in panels of
/// <see cref="PanelWidth"/> columns: panel after panel, within a panel row after row.
/// </summary>
internal sealed class QuantizedLayer
{
    /// <summary>Columns of a panel.</summary>
    public const int PanelWidth = 32;

    /// <summary>Lays the row-major <paramref name="weights"/> out in panels.</summary>
    /// <exception cref="InvalidDataException">The columns do not fill whole panels, or the lengths do not fit together.</exception>
    public QuantizedLayer(int inputs, int outputs, ReadOnlySpan<sbyte> weights, float[] scales, float[] bias)
        : this(inputs, outputs, Panel(inputs, outputs, weights), scales, bias)
    {
    }

    private QuantizedLayer(int inputs, int outputs, sbyte[] panels, float[] scales, float[] bias)
    {
        if (outputs % PanelWidth != 0 || panels.Length != inputs * outputs || scales.Length != outputs || bias.Length != outputs)
            throw Misfit(inputs, outputs);
        (Inputs, Outputs, Panels, Scales, Bias) = (inputs, outputs, panels, scales, bias);
    }

    /// <summary>Reads row-major weights, row by row into the panels, so that they never lie in memory twice; the bias follows them.</summary>
    /// <param name="inputs">Length of an input row.</param>
    /// <param name="outputs">Length of an output row.</param>
    /// <param name="scales">One scale per output.</param>
    /// <param name="weights">Where the weights are read from.</param>
    /// <param name="readBias">Reads the bias once the weights have been read.</param>
    /// <exception cref="InvalidDataException">The columns do not fill whole panels, or the lengths do not fit together.</exception>
    /// <exception cref="EndOfStreamException">The weights are cut off.</exception>
    public static QuantizedLayer Read(int inputs, int outputs, float[] scales, Stream weights, Func<float[]> readBias)
    {
        if (outputs % PanelWidth != 0)
            throw Misfit(inputs, outputs);
        var panels = GC.AllocateUninitializedArray<sbyte>(inputs * outputs);
        var row = new sbyte[outputs];
        for (var i = 0; i < inputs; i++)
        {
            weights.ReadExactly(MemoryMarshal.AsBytes(row.AsSpan()));
            AddRow(panels, inputs, i, row);
        }

        return new QuantizedLayer(inputs, outputs, panels, scales, readBias());
    }

    /// <summary>Length of an input row.</summary>
    public int Inputs { get; }

    /// <summary>Length of an output row.</summary>
    public int Outputs { get; }

    /// <summary>The weights, panel by panel.</summary>
    public sbyte[] Panels { get; }

    /// <summary>One scale per output.</summary>
    public float[] Scales { get; }

    /// <summary>One bias per output.</summary>
    public float[] Bias { get; }

    private static sbyte[] Panel(int inputs, int outputs, ReadOnlySpan<sbyte> weights)
    {
        if (outputs % PanelWidth != 0 || weights.Length != inputs * outputs)
            throw Misfit(inputs, outputs);
        var panels = GC.AllocateUninitializedArray<sbyte>(weights.Length);
        for (var row = 0; row < inputs; row++)
            AddRow(panels, inputs, row, weights.Slice(row * outputs, outputs));
        return panels;
    }

    private static void AddRow(sbyte[] panels, int inputs, int row, ReadOnlySpan<sbyte> weights)
    {
        for (var column = 0; column < weights.Length; column += PanelWidth)
            weights.Slice(column, PanelWidth).CopyTo(panels.AsSpan(column * inputs + row * PanelWidth));
    }

    private static InvalidDataException Misfit(int inputs, int outputs) => new($"A layer of {inputs} x {outputs} does not fit its weights, scales or bias.");
}
