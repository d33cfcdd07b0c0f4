using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using ModelScan.RoutingApi.Decisions.Embedded.Encoding;

namespace ModelScan.RoutingApi.Decisions.Embedded;

/// <summary>
/// Vectors of built-in route texts on all sorts of subjects. How close a prompt comes to the best of them says how close any
/// text at all comes to a route, and is subtracted from its scores. Encoding them takes as long as a few hundred decisions,
/// so they are shipped: eight bytes <c>SRANC001</c>, i32 count, i32 components, then f32 values, little-endian.
/// </summary>
internal sealed class AnchorVectors
{
    private readonly float[] _values;

    private AnchorVectors(float[] values) => _values = values;

    private static ReadOnlySpan<byte> Format => "SRANC001"u8;

    /// <summary>Number of anchors.</summary>
    public int Count => _values.Length / SentenceEncoder.VectorLength;

    /// <summary>The vector of an anchor.</summary>
    public ReadOnlySpan<float> this[int index] => _values.AsSpan(index * SentenceEncoder.VectorLength, SentenceEncoder.VectorLength);

    /// <summary>The texts of <c>anchors.jsonl</c>: one object with <c>text</c> per line.</summary>
    public static IEnumerable<string> ReadTexts(TextReader lines)
    {
        while (lines.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.GetProperty("text").GetString() ?? "";
        }
    }

    /// <summary>Encodes the texts anew.</summary>
    public static AnchorVectors Encode(IEnumerable<string> texts, SentenceEncoder encoder)
    {
        var values = new List<float>();
        var vector = new float[SentenceEncoder.VectorLength];
        foreach (var text in texts)
        {
            encoder.Encode(text, vector);
            values.AddRange(vector);
        }

        return new AnchorVectors([.. values]);
    }

    /// <summary>Reads the shipped file.</summary>
    /// <exception cref="InvalidDataException">Another format, or vectors of another length.</exception>
    /// <exception cref="EndOfStreamException">The file is cut off.</exception>
    public static AnchorVectors Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[16];
        stream.ReadExactly(header);
        var count = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (!header[..8].SequenceEqual(Format)
            || count is <= 0 or > 10_000
            || BinaryPrimitives.ReadInt32LittleEndian(header[12..]) != SentenceEncoder.VectorLength)
            throw new InvalidDataException("The anchor vectors are not in the format SRANC001, or of another length.");
        var values = new float[count * SentenceEncoder.VectorLength];
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }

        return new AnchorVectors(values);
    }

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public void Write(Stream stream)
    {
        var bytes = new byte[16 + 4 * _values.Length];
        Format.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Count);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), SentenceEncoder.VectorLength);
        for (var i = 0; i < _values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(16 + 4 * i), _values[i]);
        stream.Write(bytes);
    }

    /// <summary>The cosine of <paramref name="vector"/> with every anchor.</summary>
    public float[] Cosines(ReadOnlySpan<float> vector, SentenceEncoder encoder)
    {
        var cosines = new float[Count];
        for (var i = 0; i < cosines.Length; i++)
            cosines[i] = encoder.Dot(vector, this[i]);
        return cosines;
    }

    /// <summary>The mean of the <paramref name="top"/> largest cosines among the given anchors; -1 when none is asked for.</summary>
    public static double MeanOfBest(ReadOnlySpan<float> cosines, ReadOnlySpan<int> anchors, int top)
    {
        Span<float> best = stackalloc float[Math.Min(top, anchors.Length)];
        if (best.IsEmpty)
            return -1;
        best.Fill(float.NegativeInfinity);
        foreach (var anchor in anchors)
        {
            var at = best.Length;
            while (at > 0 && best[at - 1] < cosines[anchor])
                at--;
            if (at == best.Length)
                continue;
            best[at..^1].CopyTo(best[(at + 1)..]);
            best[at] = cosines[anchor];
        }

        var sum = 0.0;
        foreach (var cosine in best)
            sum += cosine;
        return sum / best.Length;
    }
}
