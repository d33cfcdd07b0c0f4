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
    {
        if (outputs % PanelWidth != 0 || weights.Length != inputs * outputs || scales.Length != outputs || bias.Length != outputs)
            throw new InvalidDataException($"A layer of {inputs} x {outputs} does not fit its weights, scales or bias.");
        (Inputs, Outputs, Scales, Bias) = (inputs, outputs, scales, bias);
        Panels = GC.AllocateUninitializedArray<sbyte>(weights.Length);
        for (int column = 0, at = 0; column < outputs; column += PanelWidth)
        {
            for (var row = 0; row < inputs; row++, at += PanelWidth)
                weights.Slice(row * outputs + column, PanelWidth).CopyTo(Panels.AsSpan(at));
        }
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
}
