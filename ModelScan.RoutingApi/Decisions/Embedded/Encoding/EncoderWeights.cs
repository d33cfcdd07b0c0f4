using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ModelScan.RoutingApi.Decisions.Embedded.Encoding;

/// <summary>
/// The encoder's weights as read from a file in the format <c>SRENC001</c>: eight bytes of format name, 128 position
/// frequencies (f32), then tensors in fixed order without names. A vector is i32 1, i32 length, f32 values; a matrix is
/// i32 2, i32 rows, i32 columns, f32 scales (one per column; one per row for the piece embeddings), i8 values row by row.
/// Everything is little-endian and unaligned.
/// </summary>
internal sealed class EncoderWeights
{
    private static ReadOnlySpan<byte> Format => "SRENC001"u8;

    private EncoderWeights(float[] frequencies, PieceEmbeddings embeddings, TransformerLayer[] layers, QuantizedLayer projection)
    {
        (Frequencies, Embeddings, Layers, Projection) = (frequencies, embeddings, layers, projection);
    }

    /// <summary>Position frequencies, half as many as an embedding has components.</summary>
    public float[] Frequencies { get; }

    /// <summary>One row per piece.</summary>
    public PieceEmbeddings Embeddings { get; }

    /// <summary>The two transformer layers.</summary>
    public TransformerLayer[] Layers { get; }

    /// <summary>The last projection.</summary>
    public QuantizedLayer Projection { get; }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InvalidDataException">Another format or version, or tensors of another shape.</exception>
    /// <exception cref="EndOfStreamException">The file is cut off.</exception>
    public static EncoderWeights Read(Stream stream)
    {
        Span<byte> format = stackalloc byte[8];
        stream.ReadExactly(format);
        if (!format.SequenceEqual(Format))
            throw new InvalidDataException("The encoder weights are not in the format SRENC001.");

        const int Narrow = SentenceEncoder.EmbeddingLength, Wide = SentenceEncoder.VectorLength, Hidden = SentenceEncoder.HiddenLength;
        var reader = new TensorReader(stream);
        var frequencies = reader.Floats(Narrow / 2);
        var embeddings = reader.Embeddings(Narrow);
        var weights = new EncoderWeights(
            frequencies,
            embeddings,
            [reader.Layer(Narrow, Wide, Hidden, mapsResidual: true), reader.Layer(Wide, Wide, Hidden, mapsResidual: false)],
            reader.Matrix(Wide, Wide));
        if (stream.ReadByte() >= 0)
            throw new InvalidDataException("The encoder weights go on after the last tensor.");
        return weights;
    }

    private readonly struct TensorReader(Stream stream)
    {
        public TransformerLayer Layer(int inputs, int outputs, int hidden, bool mapsResidual) => new()
        {
            AttentionGain = Vector(inputs),
            AttentionShift = Vector(inputs),
            QueryKeyValue = Matrix(inputs, 3 * inputs),
            AttentionOutput = Matrix(inputs, outputs),
            Residual = mapsResidual ? Matrix(inputs, outputs) : null,
            ForwardGain = Vector(outputs),
            ForwardShift = Vector(outputs),
            ForwardIn = Matrix(outputs, hidden),
            ForwardOut = Matrix(hidden, outputs),
        };

        public PieceEmbeddings Embeddings(int columns)
        {
            Expect(2);
            var rows = Integer();
            if (rows is <= 0 or > 1 << 20 || Integer() != columns)
                throw new InvalidDataException("The piece embeddings have another shape than this program knows.");
            var scales = Floats(rows);
            return new PieceEmbeddings(Bytes(rows * columns), scales, columns);
        }

        public QuantizedLayer Matrix(int rows, int columns)
        {
            Expect(2);
            if (Integer() != rows || Integer() != columns)
                throw new InvalidDataException($"A matrix of the encoder is not {rows} x {columns}.");
            var scales = Floats(columns);
            var reader = this;
            return QuantizedLayer.Read(rows, columns, scales, stream, () => reader.Vector(columns));
        }

        public float[] Vector(int length)
        {
            Expect(1);
            if (Integer() != length)
                throw new InvalidDataException($"A vector of the encoder does not have {length} elements.");
            return Floats(length);
        }

        public float[] Floats(int count)
        {
            var values = new float[count];
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            if (!BitConverter.IsLittleEndian)
            {
                var bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
                BinaryPrimitives.ReverseEndianness(bits, bits);
            }

            return values;
        }

        private sbyte[] Bytes(int count)
        {
            var values = GC.AllocateUninitializedArray<sbyte>(count);
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        private void Expect(int dimensions)
        {
            if (Integer() != dimensions)
                throw new InvalidDataException("A tensor of the encoder has another number of dimensions than expected.");
        }

        private int Integer()
        {
            Span<byte> bytes = stackalloc byte[4];
            stream.ReadExactly(bytes);
            return BinaryPrimitives.ReadInt32LittleEndian(bytes);
        }
    }
}

/// <summary>8-bit embeddings: component c of piece p is values[p, c] · scales[p].</summary>
internal sealed record PieceEmbeddings(sbyte[] Values, float[] Scales, int Length);

/// <summary>One pre-normalised transformer layer.</summary>
internal sealed class TransformerLayer
{
    /// <summary>Scale of the normalisation before attention.</summary>
    public required float[] AttentionGain { get; init; }

    /// <summary>Shift of the normalisation before attention.</summary>
    public required float[] AttentionShift { get; init; }

    /// <summary>Query, key and value side by side.</summary>
    public required QuantizedLayer QueryKeyValue { get; init; }

    /// <summary>From the heads side by side to the layer's output.</summary>
    public required QuantizedLayer AttentionOutput { get; init; }

    /// <summary>Maps the layer's input onto its output where their lengths differ.</summary>
    public required QuantizedLayer? Residual { get; init; }

    /// <summary>Scale of the normalisation before the feed-forward part.</summary>
    public required float[] ForwardGain { get; init; }

    /// <summary>Shift of the normalisation before the feed-forward part.</summary>
    public required float[] ForwardShift { get; init; }

    /// <summary>Feed-forward, first half.</summary>
    public required QuantizedLayer ForwardIn { get; init; }

    /// <summary>Feed-forward, second half.</summary>
    public required QuantizedLayer ForwardOut { get; init; }
}
