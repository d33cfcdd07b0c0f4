namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>The memory that one encoding works in, about 1 MB; belongs to one thread at a time.</summary>
internal sealed class EncoderScratch
{
    private const int Rows = SentenceEncoder.MaxPieces;

    /// <summary>What goes into a layer, and what comes out of the previous one.</summary>
    public float[] Input { get; } = new float[Rows * SentenceEncoder.VectorLength];

    /// <summary>A layer's sum of residual, attention and feed-forward.</summary>
    public float[] Output { get; } = new float[Rows * SentenceEncoder.VectorLength];

    /// <summary>Normalised rows; later the heads side by side.</summary>
    public float[] Normal { get; } = new float[Rows * SentenceEncoder.VectorLength];

    /// <summary>Query, key and value of every row; later the hidden rows of the feed-forward part.</summary>
    public float[] Wide { get; } = new float[Rows * SentenceEncoder.HiddenLength];

    /// <summary>The keys of one head, a column per position.</summary>
    public float[] Keys { get; } = new float[SentenceEncoder.VectorLength / SentenceEncoder.Heads * Rows];

    /// <summary>The attention of one head, a row per position.</summary>
    public float[] Attention { get; } = new float[Rows * Rows];

    /// <summary>Piece ids of the text.</summary>
    public int[] Ids { get; } = new int[Rows];

    /// <summary>The mean of the last layer, one block of rows.</summary>
    public float[] Mean { get; } = new float[EncoderKernels.RowBlock * SentenceEncoder.VectorLength];

    /// <summary>The last projection, one block of rows.</summary>
    public float[] Projection { get; } = new float[EncoderKernels.RowBlock * SentenceEncoder.VectorLength];

    /// <summary>What the tokenizer works in.</summary>
    public TokenizerScratch Tokenizer { get; } = new();
}
