namespace ModelScan.RoutingApi.Decisions.Embedded.Encoder;

/// <summary>Pieces of a text to a vector of its meaning. Thread-safe; a call takes one core from start to end.</summary>
internal interface ISentenceEncoder : IDisposable
{
    /// <summary>Components of a vector.</summary>
    int Dimension { get; }

    /// <summary>Encodes a text.</summary>
    /// <param name="ids">Its pieces, the marks at start and end included; at least two.</param>
    /// <returns>A vector of length one.</returns>
    float[] Encode(ReadOnlySpan<int> ids);
}
