using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.RoutingApi.Conversations.Reading;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Conversations.Reading;

/// <summary>Whatever type stands in whatever field: a reading or a refusal with a message, never anything else.</summary>
public sealed class RequestReaderPropertyTests
{
    [Theory]
    [InlineData(ApiFormat.ChatCompletions)]
    [InlineData(ApiFormat.Messages)]
    [InlineData(ApiFormat.Responses)]
    public void Read_AnyTypeInAnyField_IsReadOrRefused(ApiFormat format) =>
        Prop.ForAll(JsonBodies.Arbitrary, body => IsReadOrRefused(format, Encoding.UTF8.GetBytes(body)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData(ApiFormat.ChatCompletions)]
    [InlineData(ApiFormat.Messages)]
    [InlineData(ApiFormat.Responses)]
    public void Read_AnyBytes_AreReadOrRefused(ApiFormat format) =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => IsReadOrRefused(format, [.. "{\"input\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\""u8, .. bytes, .. "\"}]}"u8]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static bool IsReadOrRefused(ApiFormat format, byte[] body)
    {
        try
        {
            return RequestReader.Read(format, body).Facts.Messages is not null;
        }
        catch (InvalidRequestException exception)
        {
            return exception.Message.Length > 0;
        }
    }
}
