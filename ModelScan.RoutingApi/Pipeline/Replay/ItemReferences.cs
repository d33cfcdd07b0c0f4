using ModelScan.RoutingApi.ConversationState;

namespace ModelScan.RoutingApi.Pipeline.Replay;

/// <summary>An item of an earlier turn.</summary>
/// <param name="Json">The item.</param>
/// <param name="Turn">The turn that it is of.</param>
/// <param name="IsOfAnswer">Whether the model wrote it; else the client did.</param>
internal readonly record struct StoredItem(ReadOnlyMemory<byte> Json, StoredResponse Turn, bool IsOfAnswer);

/// <summary>
/// Items of an input that stand for earlier ones, which whoever answers has to know: <c>{"type": "item_reference", "id": "msg_1"}</c>. The AI SDK sends
/// them for whatever it was answered.
/// </summary>
internal static class ItemReferences
{
    private const int Most = 1000;
    private const int MostIds = 512;
    private const int LongestId = 256;

    /// <summary>The ids that an input names, each once.</summary>
    /// <exception cref="InvalidRequestException">There are more than anybody follows.</exception>
    public static IReadOnlyCollection<string> In(ReadOnlyMemory<byte> input)
    {
        if (input.Span.IndexOf("item_reference"u8) < 0)
            return [];
        var ids = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var item in SlicedJson.Elements(input))
            {
                if (IdOf(item) is { } id)
                    ids.Add(id);
            }
        }
        catch (JsonException)
        {
            // Whoever reads the rest says so.
        }

        return ids.Count <= Most ? ids : throw new InvalidRequestException("input", $"refers to more than {Most} stored items");
    }

    /// <summary>Puts stored items in their places. What is not known stays as it is.</summary>
    /// <param name="items">The items of an input.</param>
    /// <param name="turns">The turns that items are of, by the items' ids.</param>
    /// <param name="tell">How an item is told; <see langword="null"/> for one that is left out.</param>
    /// <exception cref="JsonException">A turn is not JSON.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Resolve(IEnumerable<ReadOnlyMemory<byte>> items, IReadOnlyDictionary<string, StoredResponse> turns, Func<StoredItem, ReadOnlyMemory<byte>?> tell)
    {
        foreach (var item in items)
        {
            if (IdOf(item) is not { } id || !turns.TryGetValue(id, out var turn) || Find(turn, id) is not { } stored)
                yield return item;
            else if (tell(stored) is { } told)
                yield return told;
        }
    }

    /// <summary>The same input with the items themselves, as it is kept.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static byte[] Resolve(byte[] input, IReadOnlyDictionary<string, StoredResponse> turns)
    {
        if (turns.Count == 0)
            return input;
        using var output = new PooledBuffer();
        WholeRequest.WriteItems(output, Resolve(SlicedJson.Elements(input), turns, static stored => stored.Json));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Finds an item in a turn.</summary>
    /// <exception cref="JsonException">The turn is not JSON.</exception>
    public static StoredItem? Find(StoredResponse turn, string id)
    {
        foreach (var item in TurnItems.OfResponse(turn.Response))
        {
            if (SlicedJson.Text(item, "id"u8) == id)
                return new StoredItem(item, turn, IsOfAnswer: true);
        }

        foreach (var item in SlicedJson.Elements(turn.Input))
        {
            if (OwnIdOf(item) == id)
                return new StoredItem(item, turn, IsOfAnswer: false);
        }

        return null;
    }

    /// <summary>The ids by which a later request may name the items of a turn, each once; the latest of very many.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static IReadOnlyList<string> IdsOf(ReadOnlyMemory<byte> input, ReadOnlyMemory<byte> response)
    {
        var ids = new List<string>();
        foreach (var item in SlicedJson.Elements(input).Concat(TurnItems.OfResponse(response)))
        {
            if (OwnIdOf(item) is { Length: <= LongestId } id)
                ids.Add(id);
        }

        return ids.Count == 0 ? [] : [.. ids.Distinct(StringComparer.Ordinal).TakeLast(MostIds)];
    }

    private static string? IdOf(ReadOnlyMemory<byte> item) => IsOne(item) ? SlicedJson.Text(item, "id"u8) : null;

    // Most items of an input have none, and are not looked into.
    private static string? OwnIdOf(ReadOnlyMemory<byte> item) => item.Span.IndexOf("\"id\""u8) >= 0 && !IsOne(item) ? SlicedJson.Text(item, "id"u8) : null;

    private static bool IsOne(ReadOnlyMemory<byte> item) => item.Span.IndexOf("item_reference"u8) >= 0 && SlicedJson.Text(item, "type"u8) == "item_reference";
}
