using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using ModelScan.Tests.Support;

namespace ModelScan.Tests.Wire;

public sealed class BodyItemsTests
{
    [Fact]
    public void Read_AnyArray_FindsTheItemsThatAParserFinds() =>
        Prop.ForAll(JsonBodies.Arbitrary, body =>
        {
            var array = new JsonArray([.. JsonNode.Parse(body)!.AsObject().Select(member => member.Value?.DeepClone())]).ToJsonString();
            using var document = JsonDocument.Parse(array);
            return document.RootElement.EnumerateArray().Select(item => item.GetRawText()).SequenceEqual(Items(array));
        }).Check(Config.QuickThrowOnFailure);

    [Theory]
    [InlineData(" [ 1 , \"]\\\"\" ,[[]],{\"a\":[1]} ] ", new[] { "1", "\"]\\\"\"", "[[]]", "{\"a\":[1]}" })]
    [InlineData("[]", new string[0])]
    public void Read_MarksInItems_AreNotTakenForStructure(string array, string[] items) => Assert.Equal(items, Items(array));

    [Theory]
    [InlineData("", "at byte 0")]
    [InlineData("[", "at byte 1")]
    [InlineData("[1", "at byte 1")]
    [InlineData("[\"1", "at byte 3")]
    [InlineData("[1,", "at byte 3")]
    [InlineData("[1,]", "at byte 3")]
    [InlineData("[1 2]", "at byte 3")]
    [InlineData("[1] x", "at byte 4")]
    [InlineData("{}", "at byte 0")]
    public void Read_NotAnArray_SaysWhere(string array, string where) =>
        Assert.Contains(where, Assert.Throws<InvalidRequestException>(() => Items(array)).Message, StringComparison.Ordinal);

    private static List<string> Items(string array)
    {
        var bytes = Encoding.UTF8.GetBytes(array);
        var found = new List<string>();
        var items = new BodyItems(bytes);
        while (items.Read())
            found.Add(Encoding.UTF8.GetString(items.Value));
        return found;
    }
}
