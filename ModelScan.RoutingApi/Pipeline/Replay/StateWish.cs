namespace ModelScan.RoutingApi.Pipeline.Replay;

/// <summary>What a Responses request says about earlier and later turns.</summary>
/// <param name="PreviousId">The response that it goes on from (<c>previous_response_id</c>); <see langword="null"/> for none.</param>
/// <param name="Stores">Whether the response is to be kept (<c>store</c>), which it is unless that is declined.</param>
/// <param name="Input">Where <c>input</c> stands; empty for nowhere.</param>
internal readonly record struct StateWish(string? PreviousId, bool Stores, Range Input)
{
    /// <summary>Reads a body in one shallow pass; of repeated members the last one counts.</summary>
    /// <exception cref="InvalidRequestException">The body is not a JSON object, or a member has a wrong type.</exception>
    public static StateWish Read(ReadOnlySpan<byte> body)
    {
        string? previous = null;
        var stores = true;
        var input = default(Range);
        var members = new BodyMembers(body);
        while (members.Read())
        {
            if (members.NameIs("previous_response_id"u8))
                previous = SlicedJson.OptionalText(members.Value, "previous_response_id");
            else if (members.NameIs("store"u8))
                stores = !members.Value.SequenceEqual("false"u8);
            else if (members.NameIs("input"u8))
                input = members.ValueStart..members.ValueEnd;
        }

        return new StateWish(string.IsNullOrEmpty(previous) ? null : previous, stores, input);
    }
}
