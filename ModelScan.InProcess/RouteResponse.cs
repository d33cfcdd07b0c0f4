using System.Text.Json;

namespace ModelScan.InProcess;

/// <summary>What an answer took, in tokens.</summary>
/// <param name="PromptTokens">Tokens of the request.</param>
/// <param name="CompletionTokens">Tokens of the answer.</param>
/// <param name="TotalTokens">Both.</param>
public sealed record RouteUsage(long PromptTokens, long CompletionTokens, long TotalTokens);

/// <summary>A model's whole answer.</summary>
/// <param name="Content">The text of the first choice; empty when it has none.</param>
/// <param name="Model">The model as the provider names it.</param>
/// <param name="Provider">Who answered; <c>plano</c> where a Plano did.</param>
/// <param name="FinishReason">Why the answer ends: <c>stop</c>, <c>length</c>, <c>tool_calls</c>, …; <see langword="null"/> when not said.</param>
/// <param name="Usage">What it took; <see langword="null"/> when not reported.</param>
/// <param name="Latency">From the call to the last byte, retries included.</param>
/// <param name="Metadata">
/// <c>id</c>, <c>object</c> and <c>created</c> of the answer, and what the router says of itself: <c>mode</c>, <c>route</c>,
/// <c>attempts</c>, <c>fallback</c>, <c>trace-id</c>, ….
/// </param>
/// <param name="Json">The answer as a Chat Completion, with all that is not named here (tool calls, further choices).</param>
public sealed record RouteResponse(
    string Content, string Model, string Provider, string? FinishReason, RouteUsage? Usage, TimeSpan Latency, IReadOnlyDictionary<string, string> Metadata, JsonElement Json);

/// <summary>A piece of a streamed answer.</summary>
/// <param name="Content">What is added to the text; empty when nothing is.</param>
/// <param name="FinishReason">Why the answer ends, in the piece that ends it.</param>
/// <param name="Usage">What the answer took, in the last piece of providers that report it.</param>
/// <param name="Json">The piece as a Chat Completions chunk.</param>
public sealed record RouteChunk(string Content, string? FinishReason, RouteUsage? Usage, JsonElement Json);
