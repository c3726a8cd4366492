// SPDX-License-Identifier: GPL-3.0-or-later
// HiGHS, as npm has it, on a program in LP form: node highs.cjs FOLDER-OF-node_modules PROGRAM.lp
const fs = require('fs')
const path = require('path')

async function main([folder, program]) {
    const highs = await require(path.resolve(folder, 'node_modules', 'highs'))()
    const limits = { time_limit: 60, mip_rel_gap: 1e-4, output_flag: false }
    console.log(highs.solve(fs.readFileSync(program, 'utf8'), limits).Status)
}

main(process.argv.slice(2)).catch((error) => {
    console.error(String(error))
    process.exit(1)
})
