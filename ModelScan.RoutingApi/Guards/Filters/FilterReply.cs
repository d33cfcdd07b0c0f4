namespace ModelScan.RoutingApi.Guards.Filters;

/// <summary>What a filter is given.</summary>
/// <param name="Body">A request, or an answer or a piece of one.</param>
/// <param name="Path">The path that the client asked (<c>/v1/chat/completions</c>).</param>
/// <param name="IsRequest">Whether it is a request, which is JSON; an answer need not be.</param>
/// <param name="Headers">The client's headers.</param>
internal sealed record FilterInput(ReadOnlyMemory<byte> Body, string Path, bool IsRequest, IHeaderDictionary Headers);

/// <summary>A filter says no.</summary>
/// <param name="Status">With which status, 400..499.</param>
/// <param name="Text">In which words.</param>
internal sealed record FilterRefusal(int Status, string Text);

/// <summary>What came of asking a filter: what takes the place of what it was given, or a refusal.</summary>
internal readonly record struct FilterReply(ReadOnlyMemory<byte> Body, FilterRefusal? Refusal = null);

/// <summary>A filter gave no usable answer.</summary>
/// <param name="message">Why.</param>
/// <param name="inner">What lies behind it.</param>
internal sealed class FilterFailedException(string message, Exception? inner = null) : Exception(message, inner);
