namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>
/// Turns text into a unit vector: a two-layer transformer over word pieces. Thread-safe; works in pooled memory and allocates
/// nothing once the pool is filled (but the runtime's normalisation of text beyond ASCII does, 200 bytes or so). The cost is bounded: at most <see cref="MaxPieces"/> pieces of a text count.
/// </summary>
internal sealed class SentenceEncoder
{
    /// <summary>Pieces of a text that count.</summary>
    public const int MaxPieces = 64;

    /// <summary>Components of a vector.</summary>
    public const int VectorLength = 512;

    /// <summary>Components of a piece embedding.</summary>
    public const int EmbeddingLength = 256;

    /// <summary>Hidden width of the feed-forward parts.</summary>
    public const int HiddenLength = 1536;

    /// <summary>Attention heads of each layer.</summary>
    public const int Heads = 4;

    private const float Epsilon = 1e-6f;

    private readonly PieceTokenizer _tokenizer;
    private readonly EncoderWeights _weights;
    private readonly IEncoderKernel _kernel;
    private readonly float[] _positions;
    private readonly EncoderScratch?[] _idle = new EncoderScratch?[Math.Max(2, Environment.ProcessorCount)];
    private long _encodedTexts;
    private long _encodedPieces;

    public SentenceEncoder(PieceTokenizer tokenizer, EncoderWeights weights, IEncoderKernel kernel)
    {
        (_tokenizer, _weights, _kernel) = (tokenizer, weights, kernel);
        _positions = Positions(weights.Frequencies);
    }

    /// <summary>Name of the kernel in use.</summary>
    public string KernelName => _kernel.Name;

    /// <summary>Texts encoded so far: the unit of work of a decision.</summary>
    public long EncodedTexts => Interlocked.Read(ref _encodedTexts);

    /// <summary>Pieces encoded so far; per text 1 to <see cref="MaxPieces"/>.</summary>
    public long EncodedPieces => Interlocked.Read(ref _encodedPieces);

    /// <summary>Writes the unit vector of <paramref name="text"/>.</summary>
    /// <param name="text">Any text; what lies beyond the tokenizer's limits is not read.</param>
    /// <param name="vector">Receives <see cref="VectorLength"/> components.</param>
    public void Encode(ReadOnlySpan<char> text, Span<float> vector)
    {
        var scratch = Rent();
        var count = _tokenizer.Tokenize(text, scratch.Ids, scratch.Tokenizer);
        Interlocked.Increment(ref _encodedTexts);
        Interlocked.Add(ref _encodedPieces, count);
        Encode(scratch.Ids.AsSpan(0, count), vector, scratch);
        Return(scratch);
    }

    /// <summary>Whether <paramref name="text"/> reaches the limit of <see cref="MaxPieces"/>, so that its end may not count.</summary>
    public bool Fills(ReadOnlySpan<char> text)
    {
        var scratch = Rent();
        var count = _tokenizer.Tokenize(text, scratch.Ids, scratch.Tokenizer);
        Return(scratch);
        return count == MaxPieces;
    }

    /// <summary>The inner product of two vectors; their cosine when both are unit vectors.</summary>
    public float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => _kernel.Dot(a, b);

    private void Encode(ReadOnlySpan<int> ids, Span<float> vector, EncoderScratch scratch)
    {
        float[] input = scratch.Input, output = scratch.Output;
        Embed(ids, input);
        foreach (var layer in _weights.Layers)
        {
            Attend(layer, ids.Length, input, output, scratch);
            FeedForward(layer, ids.Length, output, scratch);
            (input, output) = (output, input);
        }

        Project(input.AsSpan(0, ids.Length * VectorLength), ids.Length, vector[..VectorLength], scratch);
    }

    /// <summary>2 · embedding + position, a row per piece.</summary>
    private void Embed(ReadOnlySpan<int> ids, Span<float> rows)
    {
        var embeddings = _weights.Embeddings;
        for (var t = 0; t < ids.Length; t++)
        {
            var row = rows.Slice(t * EmbeddingLength, EmbeddingLength);
            var values = embeddings.Values.AsSpan(ids[t] * EmbeddingLength, EmbeddingLength);
            var positions = _positions.AsSpan(t * EmbeddingLength, EmbeddingLength);
            var scale = 2 * embeddings.Scales[ids[t]];
            for (var i = 0; i < row.Length; i++)
                row[i] = scale * values[i] + positions[i];
        }
    }

    /// <summary>output = residual(input) + attention(norm(input)).</summary>
    private void Attend(TransformerLayer layer, int count, float[] input, float[] output, EncoderScratch scratch)
    {
        var width = layer.AttentionGain.Length;
        for (var t = 0; t < count; t++)
        {
            _kernel.Normalize(
                input.AsSpan(t * width, width), layer.AttentionGain, layer.AttentionShift, Epsilon, scratch.Normal.AsSpan(t * width, width));
        }

        _kernel.Multiply(layer.QueryKeyValue, scratch.Normal, count, scratch.Wide, LayerOutput.Store);
        for (var head = 0; head < Heads; head++)
            AttendHead(head, count, width, scratch);

        if (layer.Residual is null)
            input.AsSpan(0, count * width).CopyTo(output);
        else
            _kernel.Multiply(layer.Residual, input, count, output, LayerOutput.Store);
        _kernel.Multiply(layer.AttentionOutput, scratch.Normal, count, output, LayerOutput.Add);
    }

    /// <summary>One head: softmax(query · keys / √d) · values. The keys are turned first, so that both products run along rows.</summary>
    private void AttendHead(int head, int count, int width, EncoderScratch scratch)
    {
        int length = width / Heads, stride = 3 * width, columns = EncoderKernels.RoundUp(count, EncoderKernels.ColumnBlock);
        var queries = scratch.Wide.AsSpan(head * length);
        var keys = scratch.Wide.AsSpan(width + head * length);
        var values = scratch.Wide.AsSpan(2 * width + head * length);
        for (var t = 0; t < count; t++)
        {
            var key = keys.Slice(t * stride, length);
            for (var i = 0; i < key.Length; i++)
                scratch.Keys[i * columns + t] = key[i];
        }

        _kernel.Multiply(new DenseProduct(count, length, columns, stride, columns, columns), queries, scratch.Keys, scratch.Attention);
        var scale = 1 / MathF.Sqrt(length);
        for (var t = 0; t < count; t++)
            _kernel.Softmax(scratch.Attention.AsSpan(t * columns, count), scale);
        _kernel.Multiply(
            new DenseProduct(count, count, length, columns, stride, width), scratch.Attention, values, scratch.Normal.AsSpan(head * length));
    }

    /// <summary>rows += out(relu(in(norm(rows)))).</summary>
    private void FeedForward(TransformerLayer layer, int count, float[] rows, EncoderScratch scratch)
    {
        for (var t = 0; t < count; t++)
        {
            _kernel.Normalize(
                rows.AsSpan(t * VectorLength, VectorLength),
                layer.ForwardGain,
                layer.ForwardShift,
                Epsilon,
                scratch.Normal.AsSpan(t * VectorLength, VectorLength));
        }

        _kernel.Multiply(layer.ForwardIn, scratch.Normal, count, scratch.Wide, LayerOutput.Relu);
        _kernel.Multiply(layer.ForwardOut, scratch.Wide, count, rows, LayerOutput.Add);
    }

    /// <summary>The mean of the rows, through the last projection and tanh, brought to length one.</summary>
    private void Project(ReadOnlySpan<float> rows, int count, Span<float> vector, EncoderScratch scratch)
    {
        var mean = scratch.Mean.AsSpan(0, VectorLength);
        mean.Clear();
        for (var t = 0; t < count; t++)
            _kernel.Add(mean, rows.Slice(t * VectorLength, VectorLength));
        for (var i = 0; i < mean.Length; i++)
            mean[i] /= count;

        _kernel.Multiply(_weights.Projection, scratch.Mean, 1, scratch.Projection, LayerOutput.Store);
        for (var i = 0; i < vector.Length; i++)
            vector[i] = MathF.Tanh(scratch.Projection[i]);
        var length = MathF.Sqrt(_kernel.Dot(vector, vector));
        for (var i = 0; i < vector.Length; i++)
            vector[i] /= length;
    }

    private EncoderScratch Rent()
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.Exchange(ref _idle[i], null) is { } scratch)
                return scratch;
        }

        return new EncoderScratch();
    }

    private void Return(EncoderScratch scratch)
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (Interlocked.CompareExchange(ref _idle[i], scratch, null) is null)
                return;
        }
    }

    private static float[] Positions(float[] frequencies)
    {
        var positions = new float[MaxPieces * EmbeddingLength];
        for (var t = 0; t < MaxPieces; t++)
        {
            for (var i = 0; i < frequencies.Length; i++)
            {
                positions[t * EmbeddingLength + i] = MathF.Sin(t * frequencies[i]);
                positions[t * EmbeddingLength + frequencies.Length + i] = MathF.Cos(t * frequencies[i]);
            }
        }

        return positions;
    }
}
