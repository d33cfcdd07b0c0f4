using ModelScan.RoutingApi.Dialects;

namespace ModelScan.Tests.Dialects;

public sealed class RefusedParameterTests
{
    [Theory]
    [InlineData("top_k: Extra inputs are not permitted", "top_k")]
    [InlineData("body.store: Extra inputs are not permitted", "body.store")]
    [InlineData("`temperature` is deprecated for this model.", "temperature")]
    [InlineData("Invalid JSON payload received. Unknown name \"store\": Cannot find field.", "store")]
    [InlineData("'messages.0' : for 'role:user' the following must be satisfied[('messages.0' : property 'name' is unsupported)]", "name")]
    [InlineData("Argument not supported on this model: presence_penalty", "presence_penalty")]
    [InlineData("Malformed input request: #: extraneous key [top_k] is not permitted, please reformat your input and try again.", "top_k")]
    [InlineData("Unrecognized request argument supplied: reasoning_effort", "reasoning_effort")]
    [InlineData("Unsupported parameter: 'top_p' is not supported with this model.", "top_p")]
    [InlineData("messages.1.content.0: Invalid `signature` in `thinking` block", "thoughts")]
    [InlineData("messages.3.content.1: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.", "thoughts")]
    [InlineData("The encrypted content for item rs_1 could not be verified. Reason: Encrypted content could not be decrypted or parsed.", "thoughts")]
    [InlineData("'messages.1' : for 'role:assistant' the following must be satisfied[('messages.1' : property 'reasoning_content' is unsupported)]", "thoughts")]
    [InlineData("This model does not support the effort parameter.", "output_config.effort")]
    [InlineData("context_management.edits.0: `clear_thinking_20251015` strategy requires `thinking` to be enabled or adaptive", "context_management.edits")]
    [InlineData("The model is overloaded", null)]
    [InlineData("messages: at least one message is required", null)]
    public void Of_VendorsWords_IsTheField(string message, string? expected) =>
        Assert.Equal(expected, RefusedParameter.Of(new ErrorBody(message, null, null, null, null, null)));

    [Fact]
    public void Of_OpenAisCode_IsItsParameter() =>
        Assert.Equal("top_p", RefusedParameter.Of(new ErrorBody("no", null, "unsupported_parameter", "top_p", null, null)));
}
