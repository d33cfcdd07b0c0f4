namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>
/// The arithmetic of the encoder for one kind of processor. All implementations give the same result but for the order of
/// summation. Matrices of activations are row-major; methods that take rows work on blocks of
/// <see cref="EncoderKernels.RowBlock"/>, so the memory behind them must reach to the end of the last block, and what they
/// write beyond the last row means nothing.
/// </summary>
internal interface IEncoderKernel
{
    /// <summary>Name for explanations and benchmark tables.</summary>
    string Name { get; }

    /// <summary>output = input · layer, with bias, for <paramref name="rows"/> rows; <paramref name="mode"/> says what happens to the result.</summary>
    void Multiply(QuantizedLayer layer, ReadOnlySpan<float> input, int rows, Span<float> output, LayerOutput mode);

    /// <summary>c = a · b, all float; columns are a multiple of <see cref="EncoderKernels.ColumnBlock"/>.</summary>
    void Multiply(DenseProduct size, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

    /// <summary>Layer normalisation of one row: zero mean, unit variance, then scale and shift.</summary>
    void Normalize(ReadOnlySpan<float> input, ReadOnlySpan<float> gain, ReadOnlySpan<float> shift, float epsilon, Span<float> output);

    /// <summary>Replaces a row by softmax(scale · row).</summary>
    void Softmax(Span<float> row, float scale);

    /// <summary>target += source.</summary>
    void Add(Span<float> target, ReadOnlySpan<float> source);

    /// <summary>Inner product of two vectors of equal length.</summary>
    float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b);
}

/// <summary>What a layer does with its result.</summary>
internal enum LayerOutput
{
    /// <summary>Overwrites the output.</summary>
    Store,

    /// <summary>Adds to the output.</summary>
    Add,

    /// <summary>Overwrites the output with max(0, result).</summary>
    Relu,
}

/// <summary>Shape of a product of float matrices; strides are in elements from one row to the next.</summary>
internal readonly record struct DenseProduct(int Rows, int Inner, int Columns, int StrideA, int StrideB, int StrideC);
