using System.Buffers;
using ModelScan.RoutingApi.Dialects.Capabilities;

namespace ModelScan.RoutingApi.Dialects.Translation;

/// <summary>
/// Lets a client of one API format talk to a provider of another. One per ordered pair of formats, without state of its own;
/// what one exchange needs to remember lives in its <see cref="TranslatedExchange"/>.
/// </summary>
public interface ITranslator
{
    /// <summary>The client's format.</summary>
    ApiFormat Client { get; }

    /// <summary>The provider's format.</summary>
    ApiFormat Provider { get; }

    /// <summary>Translates a request.</summary>
    /// <param name="body">The client's JSON, already known to be an object with a conversation.</param>
    /// <param name="context">Both models' names and what the target can take.</param>
    /// <exception cref="InvalidRequestException">
    /// The request is wrong, or says something that the target cannot express and that matters; names the field.
    /// </exception>
    TranslatedExchange Translate(ReadOnlyMemory<byte> body, TranslationContext context);
}

/// <summary>What a translation goes by.</summary>
/// <param name="ClientModel">The model as the client named it; answers carry this name.</param>
/// <param name="ProviderModel">The model as the provider knows it.</param>
/// <param name="Capabilities">What that model can take.</param>
/// <param name="Time">Clock for timestamps that the client's format has and the provider's lacks.</param>
/// <param name="NewId">Makes the random part of an id: 24 letters and digits.</param>
public sealed record TranslationContext(string ClientModel, string ProviderModel, ModelCapabilities Capabilities, TimeProvider Time, Func<string> NewId)
{
    /// <summary>The provider's name, put before what it says in errors; empty to leave it out.</summary>
    public string ProviderName { get; init; } = "";

    /// <summary>Names of the provider's trials that the client takes part in (<c>anthropic-beta</c>).</summary>
    public IReadOnlyList<string> Betas { get; init; } = [];

    /// <summary>Whether the request is one of <c>/v1/responses/compact</c>: a summary is to be asked for, and answered in that endpoint's form.</summary>
    public bool IsCompaction { get; init; }

    /// <summary>Whether the answer is kept, as the client asked (Responses: <c>store</c>).</summary>
    public bool IsKept { get; init; }

    /// <summary>Whether the next turn may go on from the answer, so that thoughts have to be in it in a form that can be given back (Responses).</summary>
    public bool IsRemembered { get; init; }

    /// <summary>The response that the client goes on from, which its answer repeats (Responses); <see langword="null"/> for none.</summary>
    public string? PreviousResponseId { get; init; }
}

/// <summary>One translated request, and the way back for its answer. Not thread-safe; used by one request.</summary>
public abstract class TranslatedExchange
{
    /// <summary>The request's body for the provider.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Fields of the client's request that the target does not know and that do not change the meaning, as paths without indexes, each once.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>Headers that the provider needs for this body (<c>anthropic-version</c>, say).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>
    /// What of the answer the client's format has no place for, as paths (<c>content.server_tool_use</c>), each once: of a whole one known
    /// after <see cref="TranslateAnswer"/>, of a stream as far as it has come.
    /// </summary>
    public virtual IReadOnlyCollection<string> LeftOut => [];

    /// <summary>Translates a complete 2xx answer.</summary>
    /// <exception cref="ProviderAnswerException">It is not an answer of the provider's format.</exception>
    public abstract void TranslateAnswer(ReadOnlyMemory<byte> answer, IBufferWriter<byte> client);

    /// <summary>Begins to translate a streamed answer.</summary>
    public abstract StreamTranslation OpenStream();
}

/// <summary>
/// Translates a stream as it arrives: bytes of the provider's SSE in, whole events of the client's SSE out. A state machine;
/// how the input is cut into pieces makes no difference to the output. Not thread-safe.
/// </summary>
public abstract class StreamTranslation
{
    /// <summary>Whether the client has received the end of its stream (or an error event); nothing may follow.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>
    /// The error that the provider's stream ended in, as the client has been told; <see langword="null"/> while there is none. Where
    /// nothing has been sent to the client yet, it may be answered as an HTTP error, or another model be tried.
    /// </summary>
    public virtual ClientError? Error => null;

    /// <summary>What of the stream so far the client's format has no place for, as paths, each once.</summary>
    public virtual IReadOnlyCollection<string> LeftOut => [];

    /// <summary>Takes the next piece and writes whatever events it completes.</summary>
    /// <exception cref="ProviderAnswerException">An event is larger than the limit.</exception>
    public abstract void Write(ReadOnlySpan<byte> piece, IBufferWriter<byte> client);

    /// <summary>
    /// The provider closed its stream: writes what is still owed to the client. A stream that ended before its time ends for the
    /// client with an error event, never as if it were complete.
    /// </summary>
    public abstract void End(IBufferWriter<byte> client);

    /// <summary>The stream broke off for a reason of ours or of the network's: closes what is open and writes an error event.</summary>
    public abstract void Fail(ClientError error, IBufferWriter<byte> client);
}

/// <summary>A provider's answer is not what its format promises. The message is for the log and for the client.</summary>
public sealed class ProviderAnswerException : Exception
{
    public ProviderAnswerException()
    {
    }

    public ProviderAnswerException(string message)
        : base(message)
    {
    }

    public ProviderAnswerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The provider said that it failed, although its status was 2xx.</summary>
    public ProviderAnswerException(ClientError error)
        : base(error?.Message) => Error = error;

    /// <summary>What the provider said; <see langword="null"/> where it said nothing that can be understood.</summary>
    public ClientError? Error { get; }
}
