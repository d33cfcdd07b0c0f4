using System.Text;

namespace ModelScan.RoutingApi.Wire;

/// <summary>Names and what they mean, compared with a reader's text without making a string of it. For few names, the frequent ones first.</summary>
/// <typeparam name="T">What they mean.</typeparam>
internal sealed class Utf8Names<T>(params ReadOnlySpan<(string Name, T Meaning)> names)
{
    private readonly (byte[] Name, T Meaning)[] _names = Encode(names);

    /// <summary>What the name, or the string, at the reader's position means.</summary>
    public bool TryFind(scoped ref Utf8JsonReader json, out T meaning)
    {
        foreach (var (name, known) in _names)
        {
            if (!json.ValueTextEquals(name))
                continue;
            meaning = known;
            return true;
        }

        meaning = default!;
        return false;
    }

    /// <summary>What a JSON string means; nothing where the value is none.</summary>
    /// <param name="value">The value as it is written.</param>
    /// <param name="meaning">What it means.</param>
    public bool TryFind(ReadOnlySpan<byte> value, out T meaning)
    {
        meaning = default!;
        if (value is not [(byte)'"', .. var text, (byte)'"'])
            return false;
        if (text.Contains((byte)'\\'))
        {
            var reader = EventJson.ReaderOf(value);
            return reader.Read() && TryFind(ref reader, out meaning);
        }

        foreach (var (name, known) in _names)
        {
            if (!text.SequenceEqual(name))
                continue;
            meaning = known;
            return true;
        }

        return false;
    }

    private static (byte[] Name, T Meaning)[] Encode(ReadOnlySpan<(string Name, T Meaning)> names)
    {
        var encoded = new (byte[], T)[names.Length];
        for (var i = 0; i < names.Length; i++)
            encoded[i] = (Encoding.UTF8.GetBytes(names[i].Name), names[i].Meaning);
        return encoded;
    }
}
